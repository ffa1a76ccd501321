import type { Skill } from '../skill.ts'

/** What it knows by heart: the ground that an application on Bedrock stands on, and a few of the world's things. */
export const explain: Skill = {
  name: 'explain',
  answer({ text }) {
    const topic = TOPICS.find(({ about }) => about.test(text))
    return topic ? { say: topic.say } : undefined
  },
}

const TOPICS: readonly { about: RegExp; say: string }[] = [
  {
    about: /\bstreambed\b/i,
    say: `**Streambed** runs streaming AI agents on Amazon Bedrock. A conversation is a numbered log of events: what you say, what the model writes, each tool call and its result.

- Every reader, be it a tab, a phone or a test, follows the log from its own position, so a lost connection loses nothing.
- A run belongs to no connection. It goes on while you reload, and stops when you press stop.
- Each answer carries its tokens and its price.

Pull the plug: nothing is lost, nothing is doubled, and you know what it cost.`,
  },
  {
    about: /\bstep functions?\b/i,
    say: `**AWS Step Functions** runs a workflow that you describe as a state machine.

- A *state* does one thing: call a Lambda function, wait, choose a branch, run branches in parallel.
- Each step's output is the next step's input, kept as JSON.
- Retries and error paths are part of the description, not of your code.

There are two kinds. *Standard* workflows may run for up to a year and each step happens exactly once; *Express* workflows are for many short runs and are cheaper per run.

A good first use is anything you now do with a queue and three flags in a database.`,
  },
  {
    about: /\b(?:serverless|lambda)\b/i,
    say: `**Serverless** means that you deploy functions and pay per request, and somebody else keeps the machines running.

1. A request arrives and a copy of your function is started, or a warm one is reused.
2. The function handles it and returns.
3. Nothing runs, and nothing is paid, until the next request.

It suits work that comes in bursts. It suits long streams less: a connection that stays open keeps a function, and its bill, running.`,
  },
  {
    about: /\bbedrock\b/i,
    say: `**Amazon Bedrock** gives you models of several makers behind one API, inside your AWS account.

- *Converse* and *ConverseStream* are the common form: messages in, text and tool calls out, the same for every model.
- *Inference profiles*, ids such as \`us.anthropic.…\`, spread requests over regions; newer models can only be called that way.
- Access is by IAM: \`bedrock:InvokeModel\` for whole answers and \`bedrock:InvokeModelWithResponseStream\` for streams.

You are talking to an emulator of it right now: same HTTP, same bytes, no bill.`,
  },
  {
    about: /\b(?:websockets?|server-sent events|\bsse\b)/i,
    say: `A **WebSocket** is a connection that stays open and carries messages both ways. **Server-Sent Events** are an ordinary HTTP answer that never ends and carries messages one way.

Choose a WebSocket when the client has much to say as well; choose SSE when it mostly listens, because it passes proxies more easily and reconnects by itself. Either way, number your events: then a client that comes back can say what it has seen, and nothing is lost or doubled.`,
  },
  {
    about: /\bstream(?:ing|s|ed)?\b/i,
    say: `**Streaming** sends an answer while it is still being written, so the first words are on the screen within half a second.

- The model writes *tokens*, pieces of about four characters.
- The server passes each on as an event, and keeps a log of them.
- The client adds them to what it shows.

The log is what makes it safe: when the connection drops, the client asks for everything after the last event it has, and goes on as if nothing had happened.`,
  },
  {
    about: /\b(?:event sourc\w+|event log|append-only|cqrs)\b/i,
    say: `**Event sourcing** keeps what happened instead of how things are. The current state is a *fold*: start with nothing, apply each event in order.

\`\`\`text
deposit 100 → withdraw 30 → deposit 5
balance: 100 → 70 → 75
\`\`\`

You gain a history, an audit and the power to replay; you pay with versioning, since old events must stay readable for ever. Snapshots keep long logs quick to open.`,
  },
  {
    about: /\b(?:agent|tool use|function calling)s?\b/i,
    say: `An **agent** is a model in a loop. It reads the conversation, and then either answers or asks for a *tool*: a function with a name, a description and a schema for its input. Your program runs the tool, adds the result to the conversation and asks again.

What makes it work in practice is modest: few tools, descriptions written for a reader, limits on steps and cost, and a person who approves what cannot be undone.`,
  },
  {
    about: /\b(?:neural network|machine learning|language model|llm|transformer)s?\b/i,
    say: `A **language model** is trained to guess the next piece of a text. To guess well it has to pick up grammar, facts and habits of reasoning along the way.

It works on *tokens*, turns each into a list of numbers, lets every token look at the ones before it (that is *attention*), and ends with a probability for each possible next token. One is drawn, added, and the whole thing runs again. What you see as an answer is that loop, a few dozen times a second.`,
  },
  {
    about: /\bphotosynthesis\b/i,
    say: `**Photosynthesis** turns light into sugar. In the leaf, chlorophyll catches light and uses its energy to split water: oxygen leaves, hydrogen stays. In a second stage, without light, the hydrogen's energy builds sugar from carbon dioxide.

> 6 CO₂ + 6 H₂O + light → C₆H₁₂O₆ + 6 O₂

Nearly everything that is alive, and all the oxygen you breathe, depends on it.`,
  },
  {
    about: /\bblack holes?\b/i,
    say: `A **black hole** is a place where so much mass is in so little space that not even light gets away. Its border is the *event horizon*: crossing it is possible in one direction only.

They form when very heavy stars collapse, and grow by swallowing gas and each other. We see them by what happens around them: glowing discs, bent starlight, and ripples in space when two of them meet.`,
  },
  {
    about: /\bcoffee\b/i,
    say: `For a good cup of **coffee**, three things matter most:

1. **Fresh beans**, ground just before brewing.
2. **The ratio**: about 60 g to a litre of water.
3. **The temperature**: 92 to 96 °C, so a moment off the boil.

If it tastes sour, grind finer; if it tastes bitter, grind coarser. Change one thing at a time.`,
  },
  {
    about: /\b(?:oslo|norway)\b/i,
    say: `**Oslo** lies at the end of a fjord with forest on three sides. A good first day:

- *Morning*: the roof of the Opera House, then the Munch museum next to it.
- *Noon*: a ferry to the islands, ten minutes from the city hall.
- *Evening*: the tram up to Frognerseteren for the view, and waffles.

In summer it hardly gets dark; in winter bring shoes with a good grip.`,
  },
]
