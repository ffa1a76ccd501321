import type { ProblemWords } from './problems.ts'

/** What failures say in German: each sentence of the server beside the English one that it stands for. */
export const deProblems: ProblemWords = {
  sentences: {
    'bad-request': ['The request could not be read.', 'Die Anfrage konnte nicht gelesen werden.'],
    'blank-prompt': [
      'The message is empty. Write something and send it again.',
      'Die Nachricht ist leer. Schreibe etwas und sende sie noch einmal.',
    ],
    'prompt-too-long': [
      'The message is longer than this server allows. Shorten it, or attach it as a file.',
      'Die Nachricht ist länger, als dieser Server erlaubt. Kürze sie, oder hänge sie als Datei an.',
    ],
    'too-large': [
      'The request is too large. Most may have 128 KiB, those with files a few megabytes. Send less at once.',
      'Die Anfrage ist zu groß. Die meisten dürfen 128 KiB haben, die mit Dateien einige Megabyte. Sende weniger auf einmal.',
    ],
    'wrong-content-type': [
      'Send JSON, with the header content-type: application/json.',
      'Sende JSON, mit dem Header content-type: application/json.',
    ],
    'unknown-type': ['This server does not know that kind of request.', 'Diese Art Anfrage kennt der Server nicht.'],
    'unknown-action': ['This server does not know that action.', 'Diese Aktion kennt der Server nicht.'],
    'unknown-agent': [
      'There is no agent of that name here. GET /v1/agents lists them.',
      'Einen Agenten dieses Namens gibt es hier nicht. GET /v1/agents zählt sie auf.',
    ],
    'not-found': [
      'There is nothing here under that id or path.',
      'Unter dieser Kennung oder Adresse gibt es hier nichts.',
    ],
    'bad-file': ['That file cannot be given to the model.', 'Diese Datei kann das Modell nicht bekommen.'],
    conflict: [
      'That request id was already used for something else. Choose a new one.',
      'Die Kennung der Anfrage wurde schon für etwas anderes benutzt. Nimm eine neue.',
    ],
    'run-open': [
      'That answer is still being written. Wait for its end, or stop it first.',
      'Diese Antwort wird noch geschrieben. Warte auf ihr Ende, oder halte sie vorher an.',
    ],
    'approval-needed': [
      'The agent asks before it does that. Allow it or not in the web app, and it goes on; or stop it.',
      'Der Agent fragt, bevor er das tut. Erlaube es in der Web-App oder nicht, dann geht es weiter; oder halte die Antwort an.',
    ],
    'approval-closed': [
      'That question is no longer open: it was answered, its time was up, or the run has ended.',
      'Diese Frage ist nicht mehr offen: Sie wurde beantwortet, ihre Zeit war um, oder die Antwort ist zu Ende.',
    ],
    'form-closed': [
      'That form is no longer open: it was sent, cancelled, or answered in words.',
      'Dieses Formular ist nicht mehr offen: Es wurde gesendet, abgebrochen oder mit Worten beantwortet.',
    ],
    'form-refused': [
      'Something in the form is missing or wrong. The form says what; correct it and send it again.',
      'Etwas im Formular fehlt oder ist falsch. Was, steht im Formular; berichtige es und sende es noch einmal.',
    ],
    'tool-changed': [
      'The tool has changed meanwhile. Look at it once more, then allow it.',
      'Das Werkzeug hat sich inzwischen geändert. Sieh es noch einmal an und erlaube es dann.',
    ],
    'state-changed': [
      'The state has changed meanwhile. Read it again, then change it.',
      'Der Stand hat sich inzwischen geändert. Lies ihn noch einmal und ändere ihn dann.',
    ],
    'state-too-large': [
      'The state is larger than 256 KiB. Keep less in it.',
      'Der Stand ist größer als 256 KiB. Behalte weniger darin.',
    ],
    'nothing-to-undo': [
      'There is nothing to take back or to bring back.',
      'Es gibt nichts rückgängig zu machen oder wiederherzustellen.',
    ],
    'record-changed': [
      'The record has changed meanwhile. Read it again, then change it.',
      'Der Eintrag hat sich inzwischen geändert. Lies ihn noch einmal und ändere ihn dann.',
    ],
    'record-refused': [
      'The record cannot become that from where it stands.',
      'So, wie der Eintrag steht, kann er das nicht werden.',
    ],
    'record-too-large': [
      'The record is larger than 64 KiB. Keep less in it.',
      'Der Eintrag ist größer als 64 KiB. Behalte weniger darin.',
    ],
    'records-full': [
      'There are 10,000 records of that kind already. Remove some first.',
      'Davon gibt es schon 10.000 Einträge. Entferne zuerst welche.',
    ],
    'storage-full': [
      'Your files take up all the room that you have here. Delete conversations whose files you no longer need.',
      'Deine Dateien nehmen allen Platz ein, den du hier hast. Lösche Gespräche, deren Dateien du nicht mehr brauchst.',
    ],
    'queue-full': [
      'Five messages are already waiting in this conversation. Wait for an answer first.',
      'In diesem Gespräch warten schon fünf Nachrichten. Warte zuerst eine Antwort ab.',
    ],
    'position-lost': [
      'The log no longer holds that position. Read the conversation anew.',
      'Diese Stelle ist nicht mehr im Protokoll. Lies das Gespräch neu.',
    ],
    unauthorized: ['Sign in, or send a valid key.', 'Melde dich an, oder sende einen gültigen Schlüssel.'],
    forbidden: [
      'Your role or key does not allow this. Ask an admin of your organisation.',
      'Deine Rolle oder dein Schlüssel erlaubt das nicht. Frage die Verwaltung deiner Organisation.',
    ],
    'wrong-credentials': [
      'The e-mail address or the password is wrong.',
      'Die E-Mail-Adresse oder das Passwort ist falsch.',
    ],
    'password-weak': ['That password will not do.', 'Dieses Passwort geht nicht.'],
    'link-spent': [
      'That link was used or is too old. Ask for a new one.',
      'Dieser Link wurde benutzt oder ist zu alt. Bitte um einen neuen.',
    ],
    'not-invited': [
      'Nobody has invited you here. Ask an admin of your organisation.',
      'Niemand hat dich hierher eingeladen. Frage die Verwaltung deiner Organisation.',
    ],
    'sign-in-failed': [
      'Signing in did not work. Start again.',
      'Die Anmeldung hat nicht geklappt. Beginne noch einmal.',
    ],
    'last-owner': [
      'That is the last owner. Make somebody else one first.',
      'Das ist der letzte Eigentümer. Mache zuerst jemand anderen dazu.',
    ],
    'account-changed': [
      'The account has changed meanwhile. Read it again, then change it.',
      'Das Konto hat sich inzwischen geändert. Lies es noch einmal und ändere es dann.',
    ],
    'origin-refused': [
      'That web page may not use this server. Its origin must be listed in CORS_ORIGIN.',
      'Diese Webseite darf den Server nicht benutzen. Ihr Ursprung muss in CORS_ORIGIN stehen.',
    ],
    'filter-failed': [
      'A content filter could not look at this, so it was not let through. Try again in a moment.',
      'Ein Inhaltsfilter konnte das nicht ansehen, darum wurde es nicht durchgelassen. Versuche es gleich noch einmal.',
    ],
    'budget-spent': [
      'A budget is spent. Ask again when it renews, or ask an admin to raise it.',
      'Ein Budget ist aufgebraucht. Frage wieder, wenn es sich erneuert, oder bitte die Verwaltung, es zu erhöhen.',
    ],
    'model-unpriced': [
      'A budget in dollars applies, and nobody knows what that model costs. Choose one with a price (GET /v1/models), or none.',
      'Es gilt ein Budget in Dollar, und niemand weiß, was dieses Modell kostet. Wähle eines mit bekanntem Preis, oder keines.',
    ],
    'too-many': [
      'Too many connections or requests at once. Try again shortly.',
      'Zu viele Verbindungen oder Anfragen auf einmal. Versuche es gleich noch einmal.',
    ],
    'too-slow': [
      'The reader fell too far behind and was let go. Reconnect to read on from where it was.',
      'Der Leser blieb zu weit zurück und wurde getrennt. Verbinde neu, um dort weiterzulesen.',
    ],
    draining: [
      'The server is shutting down. Reconnect in a moment.',
      'Der Server wird heruntergefahren. Verbinde dich gleich neu.',
    ],
    'store-failed': [
      'The log could not be written. See whether the disk is full, then try again.',
      'Das Protokoll konnte nicht geschrieben werden. Sieh nach, ob der Datenträger voll ist, und versuche es noch einmal.',
    ],
    internal: [
      'Something went wrong on the server. Its log has the details.',
      'Auf dem Server ist etwas schiefgegangen. Näheres steht in seinem Protokoll.',
    ],
    interrupted: [
      'The server went away while answering. What was said is kept; retry to answer again.',
      'Der Server ist während der Antwort verschwunden. Was gesagt war, bleibt; versuche es für eine neue Antwort noch einmal.',
    ],
    'credentials-missing': [
      'No AWS credentials were found. Set AWS_PROFILE, keys or AWS_BEARER_TOKEN_BEDROCK.',
      'Es wurden keine AWS-Zugangsdaten gefunden. Setze AWS_PROFILE, Schlüssel oder AWS_BEARER_TOKEN_BEDROCK.',
    ],
    'credentials-expired': [
      'The AWS credentials are expired or wrong. Sign in to AWS again.',
      'Die AWS-Zugangsdaten sind abgelaufen oder falsch. Melde dich bei AWS neu an.',
    ],
    'access-denied': [
      'AWS does not allow this call. Run `streambed doctor` for the policy it needs.',
      'AWS erlaubt diesen Aufruf nicht. Welche Rechte fehlen, sagt `streambed doctor`.',
    ],
    'model-not-found': [
      'Bedrock does not know that model in this region. Check BEDROCK_MODEL_ID and BEDROCK_REGION.',
      'Bedrock kennt dieses Modell in dieser Region nicht. Prüfe BEDROCK_MODEL_ID und BEDROCK_REGION.',
    ],
    'model-retired': [
      'Bedrock no longer serves that model. Choose a current one with BEDROCK_MODEL_ID.',
      'Bedrock bietet dieses Modell nicht mehr an. Wähle mit BEDROCK_MODEL_ID ein aktuelles.',
    ],
    'model-needs-profile': [
      'That model is only served through an inference profile. Put its prefix before the id, such as "us.".',
      'Dieses Modell gibt es nur über ein Inferenzprofil. Setze dessen Kürzel vor die Kennung, etwa „us.“.',
    ],
    'model-unsupported': [
      'That model cannot do what was asked of it.',
      'Dieses Modell kann nicht, was verlangt wurde.',
    ],
    'model-throttled': [
      'Bedrock is limiting requests for this account. Try again in a moment, or raise the quota.',
      'Bedrock begrenzt die Anfragen dieses Kontos. Versuche es gleich noch einmal, oder erhöhe das Kontingent.',
    ],
    'model-busy': [
      'Bedrock is overloaded or the model is not ready. Try again in a moment.',
      'Bedrock ist überlastet, oder das Modell ist nicht bereit. Versuche es gleich noch einmal.',
    ],
    'model-timeout': [
      'The model did not answer in time. Try again.',
      'Das Modell hat nicht rechtzeitig geantwortet. Versuche es noch einmal.',
    ],
    'model-cut-short': [
      'The answer broke off before its end. What was said is kept; retry to answer again.',
      'Die Antwort ist vor ihrem Ende abgebrochen. Was gesagt war, bleibt; versuche es für eine neue Antwort noch einmal.',
    ],
    'model-failed': [
      'The model failed to answer. Try again, or use another model.',
      'Das Modell hat nicht geantwortet. Versuche es noch einmal, oder nimm ein anderes Modell.',
    ],
    'model-refused-request': [
      'Bedrock refused the request as invalid.',
      'Bedrock hat die Anfrage als ungültig abgelehnt.',
    ],
    'model-unreachable': [
      'Bedrock could not be reached. Check the network, BEDROCK_REGION and the endpoint.',
      'Bedrock war nicht zu erreichen. Prüfe das Netz, BEDROCK_REGION und den Endpunkt.',
    ],
    'output-invalid': [
      'The model did not write a document that fits. Its words are kept; ask it to try again.',
      'Was das Modell geschrieben hat, passt nicht in die Form. Seine Worte bleiben; bitte es um einen neuen Versuch.',
    ],
    'output-missing': [
      'The model answered in words alone. Read what it says, then ask again with what it misses.',
      'Das Modell hat nur mit Worten geantwortet. Lies, was es sagt, und frage dann mit dem, was ihm fehlt.',
    ],
    'context-too-long': [
      'The conversation is too long for this model. Start a new one, or use a model with a larger context.',
      'Das Gespräch ist für dieses Modell zu lang. Beginne ein neues, oder nimm ein Modell mit mehr Platz.',
    ],

    // Those of the client
    unreachable: ['The server could not be reached.', 'Der Server war nicht zu erreichen.'],
    'no-answer': ['The server did not answer in time.', 'Der Server hat nicht rechtzeitig geantwortet.'],
    'bad-answer': [
      'The answer did not come from a Streambed server. Check the address.',
      'Die Antwort kam nicht von einem Streambed-Server. Prüfe die Adresse.',
    ],
    'outbox-full': [
      'Too many messages are waiting to be sent. Wait until the connection is back, or discard some.',
      'Zu viele Nachrichten warten auf das Senden. Warte, bis die Verbindung wieder da ist, oder verwirf einige.',
    ],
    'not-begun': [
      'The conversation begins with its first message; there is nothing to change yet.',
      'Das Gespräch beginnt mit seiner ersten Nachricht; noch gibt es nichts zu ändern.',
    ],
    closed: ['The client was closed.', 'Die Verbindung wurde geschlossen.'],
  },

  // What a sentence may be followed by, as far as people at the app get to read it.
  details: [
    [/^It is empty\.$/, 'Sie ist leer.'],
    [/^It is larger than 5 MB\.$/, 'Sie ist größer als 5 MB.'],
    [/^It is not here; upload it again\.$/, 'Sie ist nicht hier; lade sie noch einmal hoch.'],
    [/^It is no (\S+)\.$/, 'Sie ist kein $1.'],
    [/^An image may have 3\.75 MB\.$/, 'Ein Bild darf 3,75 MB haben.'],
    [/^Its type is (.+); use (.+) or Office files\.$/, 'Ihre Art ist $1; es gehen $2 oder Office-Dateien.'],
    [
      /^A message may hold (\d+) \w+s; this one has (\d+)\.$/,
      'Mit einer Nachricht gehen höchstens $1 davon; diese hat $2.',
    ],
    [/^It has (\d+) characters; (\d+) are allowed\.$/, 'Sie hat $1 Zeichen; erlaubt sind $2.'],
    [/^Use at least (\d+) characters\.$/, 'Nimm mindestens $1 Zeichen.'],
    [/^Use at most (\d+) characters\.$/, 'Nimm höchstens $1 Zeichen.'],
    [/^That one is easily guessed\. .+$/, 'Es ist leicht zu erraten. Besser sind ein paar Wörter ohne Zusammenhang.'],
    [/^Say your e-mail address\.$/, 'Sage deine E-Mail-Adresse.'],
    [/^You are a member already\.$/, 'Du bist schon Mitglied.'],
    [/^(\d+) invitations are open already; .+$/, '$1 Einladungen sind schon offen; nimm eine zurück.'],
    [/^Revoke one of your (\d+) keys first\.$/, 'Widerrufe zuerst einen deiner $1 Schlüssel.'],
    [/^Remove one of its (\d+) links first\.$/, 'Entferne zuerst einen seiner $1 Links.'],
    [/^You may keep ([\d.]+) MB of them\.$/, 'Du darfst $1 MB davon behalten.'],
    [/^Let an answer end first\.$/, 'Warte zuerst das Ende einer Antwort ab.'],
    [/^An organisation has at most (\d+) budgets; .+$/, 'Eine Organisation hat höchstens $1 Budgets; entferne eines.'],
    [
      /^This server lets an organisation spend at most (.+) in a month\. .+$/,
      'Auf diesem Server darf eine Organisation in einem Monat höchstens $1 ausgeben. Lege das oder weniger fest.',
    ],
    [/^(\d+) answers wait for you\. .+$/, '$1 Antworten warten auf dich. Erlaube eine davon, oder halte sie an.'],
    [
      /^This window is of another account or organisation\. .+$/,
      'Dieses Fenster gehört zu einem anderen Konto oder einer anderen Organisation. Lade es neu.',
    ],
    [/^That time has passed\.$/, 'Diese Zeit ist vorbei.'],
    [/^It has not rung yet\.$/, 'Er hat noch nicht geklingelt.'],
    [/^It was judged (\w+) already; .+$/, 'Darüber ist schon geurteilt.'],
    [/^The model fell silent\.$/, 'Das Modell ist verstummt.'],
    [/^It ended its answer without a word\.$/, 'Es hat seine Antwort ohne ein Wort beendet.'],
    [/^What it wrote could not be read\.$/, 'Was es geschrieben hat, war nicht zu lesen.'],
    [/^Its call of a tool could not be read\.$/, 'Sein Aufruf eines Werkzeugs war nicht zu lesen.'],
    [
      /^It stopped for a reason that this version does not know: (.+)\.$/,
      'Es hat aus einem Grund aufgehört, den diese Version nicht kennt: $1.',
    ],
    [/^Bedrock sent .+\.$/, 'Bedrock hat etwas geschickt, das nicht zu lesen war.'],
    [/^Its bytes arrived damaged: .+\.$/, 'Seine Bytes sind beschädigt angekommen.'],
    [/^Nobody allowed more\.$/, 'Niemand hat mehr erlaubt.'],
    [
      /^It is your organisation's: an admin raises it on the page Budgets\.$/,
      'Es gehört deiner Organisation: Ein Admin erhöht es auf der Seite „Budgets“.',
    ],
    [/^This conversation was begun with "(.+)"\.$/, 'Dieses Gespräch wurde mit „$1“ begonnen.'],
    [/^The connection to Bedrock broke\.$/, 'Die Verbindung zu Bedrock ist abgerissen.'],
    [/^It is the filter "(.+)"\.$/, 'Es ist der Filter „$1“.'],
  ],
}
