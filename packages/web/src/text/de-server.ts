/** What the server says beside the words of its agents, in German: what a run is at, and why a tool was not run. */
export const deServer: readonly (readonly [english: RegExp, own: string])[] = [
  [/^Bedrock is limiting requests; trying again$/, 'Bedrock begrenzt die Anfragen; neuer Versuch'],
  [/^Bedrock cannot be reached; trying again$/, 'Bedrock ist nicht zu erreichen; neuer Versuch'],
  [/^The model did not answer in time; trying again$/, 'Das Modell hat nicht rechtzeitig geantwortet; neuer Versuch'],
  [/^AWS does not take the credentials; trying again$/, 'AWS nimmt die Zugangsdaten nicht an; neuer Versuch'],
  [/^Bedrock is busy; trying again$/, 'Bedrock ist überlastet; neuer Versuch'],
  [/^Summing up what was said before$/, 'Fasst zusammen, was vorher gesagt wurde'],

  [/^Initializing session\.\.\.$/, 'Das Gespräch wird vorbereitet …'],
  [/^Processing your message\.\.\.$/, 'Deine Nachricht wird gelesen …'],
  [/^Analyzing your request\.\.\.$/, 'Was du möchtest, wird herausgefunden …'],
  [/^Retrying intent recognition \(attempt (\d+)\)\.\.\.$/, 'Was du möchtest, wird noch einmal gesucht (Versuch $1) …'],
  [/^Intent recognized: (.+)$/, 'Aufgabe erkannt: $1'],
  [/^Extracting parameters from your request\.\.\.$/, 'Die Angaben werden herausgelesen …'],
  [/^Extracting additional parameters\.\.\.$/, 'Weitere Angaben werden herausgelesen …'],
  [/^Executing your request\.\.\.$/, 'Die Aufgabe wird ausgeführt …'],
  [/^Generating follow-up question\.\.\.$/, 'Eine Rückfrage wird geschrieben …'],
  [/^Generating final response\.\.\.$/, 'Die Antwort wird geschrieben …'],

  [/^Stopped by the user\.$/, 'Angehalten.'],
  [/^The server went away\.$/, 'Der Server ist verschwunden.'],
  [/^Not run: the answer broke off\.$/, 'Nicht ausgeführt: Die Antwort ist abgebrochen.'],
  [
    /^Not run: the answer reached its token limit in the middle\.$/,
    'Nicht ausgeführt: Die Antwort hat ihre größte Länge mittendrin erreicht.',
  ],
  [
    /^Not run: the answer reached the end of the model's context\.$/,
    'Nicht ausgeführt: Das Gespräch ist zu lang für das Modell geworden.',
  ],
  [/^Not run: a guardrail intervened\.$/, 'Nicht ausgeführt: Eine Schutzregel hat eingegriffen.'],
  [/^Not run: a content filter intervened\.$/, 'Nicht ausgeführt: Ein Inhaltsfilter hat eingegriffen.'],
  [/^Not run: a budget is spent\.$/, 'Nicht ausgeführt: Ein Budget ist aufgebraucht.'],

  [/^Use an IANA time zone, such as (\S+)\.$/, 'Nimm eine Zeitzone mit ihrem IANA-Namen, etwa $1.'],
  [/^That time has passed\.$/, 'Diese Zeit ist vorbei.'],
  [/^Write it as HH:MM, from 00:00 to 23:59\.$/, 'Schreibe sie als HH:MM, von 00:00 bis 23:59.'],
]
