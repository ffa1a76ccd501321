/** What the agents of this repository say of themselves, in German: by their own words, which anybody may change. */
export const deAgents: ReadonlyMap<string, string> = new Map([
  ['Assistant', 'Assistent'],
  ['Answers questions, and knows its way around Streambed.', 'Beantwortet Fragen und kennt sich mit Streambed aus.'],
  ['What is Streambed, in three sentences?', 'Was ist Streambed, in drei Sätzen?'],
  [
    'What happens to an answer when the server is killed in the middle of it?',
    'Was geschieht mit einer Antwort, wenn der Server mittendrin stirbt?',
  ],
  ['How do I add an agent with a tool of my own?', 'Wie füge ich einen Agenten mit einem eigenen Werkzeug hinzu?'],
  ['How many tokens did I use this week?', 'Wie viele Tokens habe ich diese Woche verbraucht?'],

  ['Strategy builder', 'Strategiebaukasten'],
  [
    'Turns what you want from your money into a strategy you can see, change and save.',
    'Macht aus dem, was dein Geld tun soll, eine Strategie, die du sehen, ändern und speichern kannst.',
  ],
  [
    'I have $5000 and want a conservative strategy with 3% monthly returns',
    'Ich habe 5.000 $ und möchte eine vorsichtige Strategie mit 3 % im Monat',
  ],
  ['Build a moderate momentum strategy for $20,000', 'Baue eine gemäßigte Momentum-Strategie für 20.000 $'],
  ['Make it safer and add a 5% stop-loss', 'Mache sie sicherer, mit einem Stop-Loss von 5 %'],
  [
    'Show me a high-return crypto strategy for $1,000, and what could go wrong',
    'Zeige mir eine Krypto-Strategie mit hohem Ertrag für 1.000 $, und was schiefgehen kann',
  ],
  ['Make it safer', 'Mache sie sicherer'],
  ['Double the capital', 'Verdopple das Kapital'],
  ['Add a 5% stop-loss', 'Füge einen Stop-Loss von 5 % hinzu'],
  ['Explain it step by step', 'Erkläre sie Schritt für Schritt'],

  ['Predictions', 'Vorhersagen'],
  [
    'Makes of what you predict something that can be checked, keeps it, and looks on the day what became of it.',
    'Macht aus dem, was du vorhersagst, etwas, das sich prüfen lässt, bewahrt es auf und sieht am Tag nach, was daraus wurde.',
  ],
  ['The S&P 500 will close above 8,000 points by March 2027', 'Der S&P 500 schließt bis März 2027 über 8.000 Punkten'],
  ['It will snow in Oslo before Christmas', 'In Oslo schneit es vor Weihnachten'],
  [
    'I am 80% sure that we ship version 2 by the end of Q3',
    'Ich bin zu 80 % sicher, dass Version 2 bis Ende des dritten Quartals fertig ist',
  ],
  ['Norway wins gold in biathlon next Friday at 5pm', 'Norwegen gewinnt nächsten Freitag um 17 Uhr Gold im Biathlon'],

  ['Tasks', 'Aufgaben'],
  [
    'Sets alarms that really ring, by talk or by form.',
    'Stellt Wecker, die wirklich klingeln, im Gespräch oder per Formular.',
  ],
  ['Create an alarm', 'Stelle einen Wecker'],
  ['Wake me at 6:45 on weekdays', 'Wecke mich werktags um 6:45 Uhr'],
  ['Which alarms do I have?', 'Welche Wecker habe ich?'],
  ['Move my morning alarm to half past seven', 'Verschiebe meinen Morgenwecker auf halb acht'],
  ['The time of day at which it rings', 'Die Uhrzeit, zu der er klingelt'],
  ['What it is for, in a few words', 'Wofür er ist, in wenigen Worten'],
  ['The days on which it repeats', 'Die Tage, an denen er sich wiederholt'],
  ['The day of an alarm that rings once', 'Der Tag eines Weckers, der einmal klingelt'],
  ['Where that time holds, such as Europe/Oslo', 'Wo diese Uhrzeit gilt, etwa Europe/Oslo'],
  ['Which alarm: its label, its time or its id', 'Welcher Wecker: sein Name, seine Uhrzeit oder seine Kennung'],
  ['Whether it is switched on', 'Ob er eingeschaltet ist'],
])
