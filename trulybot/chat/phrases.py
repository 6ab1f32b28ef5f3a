"""What people say who ask nothing about the documents: English, Spanish, and Hindi in both its scripts.

Patterns meet text as `intent` folds it: lower case, without Latin accents and punctuation, a space at either end.
Words end at spaces, never at \\b, which would cut the vowel signs of Devanagari off.
"""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def _words(*lists: str) -> frozenset[str]:
    return frozenset(word for words in lists for word in words.split())


# A message is a greeting, or thanks, when it has one of the first and else only words of the second.
GREETING = _any(
    r" (hi|hello|hey|hiya|heya|howdy|yo|greetings|good (morning|afternoon|evening|day)|how are you|what s up|sup) ",
    r" (is )?(any(body|one)|someone) (is )?(there|here) ",
    r" (hola|buenas|buenos dias|saludos|que tal|como estas?|hay alguien) ",
    r" (namaste|namaskar|pranam|ram ram|salaam|kaise (ho|hain?)|kya haal) ",
    r" (नमस्ते|नमस्कार|हेलो|हैलो|हाय|प्रणाम|सुप्रभात|कैसे (हो|हैं)|राम राम) ",
)
AROUND_GREETING = _words(
    "hi hello hey hiya heya howdy yo greetings good morning afternoon evening day how are you doing today what s up",
    "is anybody anyone someone there here everyone everybody team again all bot folks sir madam and the very sup",
    "hola buenas buenos dias tardes noches saludos que tal como esta estas hay alguien ahi aqui a todos muy de nuevo",
    "namaste namaskar pranam ram salaam kaise ho hain hai aap ji kya haal bhai sir",
    "नमस्ते नमस्कार हेलो हैलो हाय प्रणाम सुप्रभात कैसे हो हैं आप जी राम भाई सब क्या हाल है",
)
THANKS = _any(
    r" (thanks?|thank (you|u)|thx|ty|tysm|cheers|appreciated?|that (helped|helps)|very helpful|answers my question) ",
    r" (gracias|agradezco|agradecid[oa]) ",
    r" (dh[ay]n[iy]?[ay]*v?w?aa?d|shukriya|shukria) ",
    r" (धन्यवाद|शुक्रिया|थैंक्यू|थैंक्स|आभार) ",
)
AROUND_THANKS = _words(
    "thank thanks thx ty tysm u you cheers appreciate appreciated i it that this helped helps very helpful answers my",
    "question ok okay great perfect super cool awesome good nice fine yes a lot so much many for your the help info",
    "information answer all everything mate bye was is really and quick reply friend again",
    "gracias muchas mil ok perfecto genial vale bueno te se os lo la agradezco agradecido agradecida mucho muy amable",
    "por tu su ayuda todo eso es adios respuesta y informacion bien",
    "dhanyavad dhanyavaad dhanyawad dhanyawaad shukriya shukria bahut ji aapka aapki thik theek hai accha acha madad",
    "ke liye bhai sab",
    "धन्यवाद शुक्रिया थैंक्यू थैंक्स आभार बहुत जी आपका आपकी ठीक है अच्छा मदद के लिए भाई सब",
)

_PERSON = (
    r"(human( being)?|(real|live|actual) (person|people|human|agent)|person|someone|somebody|agent|representative|rep"
    r"|operator|advisor|manager|supervisor|employee|staff|customer (service|care|support)|support|team)"
)
_PERSONA = (
    r"(persona( real)?|humano|agente( humano)?|asesor|alguien|representante|operador|encargado|empleado|gerente"
    r"|atencion al cliente|servicio al cliente)"
)
_INSAAN = r"(insaan|insan|vyakti|aadmi|agent|manager|adhikari|kisi|customer care|support|team)"
_INSAAN_HI = r"(इंसान|व्यक्ति|आदमी|एजेंट|मैनेजर|अधिकारी|प्रतिनिधि|किसी|सेवा|केयर)"
PERSON = _any(
    rf" (speak|talk|chat|connect|transfer|escalate|put|pass)( \w+){{0,5}} {_PERSON} ",
    rf" (want|need|like|give me|get me|prefer)( \w+){{0,3}} (?!someone|somebody|support|team){_PERSON}"
    r"( please| now| instead)? $",
    rf" {_PERSON}( \w+){{0,3}} (speak|talk|chat)( to| with)? $",
    r" (real|live|actual) (person|human) (?!who)| a (human|person)( being)? please $",
    r"^ (an? |the )?(human|person|agent|representative|operator|manager|supervisor)( please)? $",
    rf" (habl\w+|comuni\w+|conect\w+|pas[ae]\w*|pong\w+|transf\w+|atiend\w+)( \w+){{0,4}} {_PERSONA} ",
    rf" (quiero|necesito|prefiero|deme)( (un|una|el|la|al))? {_PERSONA}( por favor)? $",
    rf" {_PERSONA}( con quien)? hablar |^ (un |una )?{_PERSONA} por favor $",
    rf" {_INSAAN} (se|ke saath)( \w+){{0,2}} (baat|connect|milna|milao)",
    r" (insaan|insan|aadmi) chahiye ",
    rf" {_INSAAN_HI} (से|के साथ)( \S+)? (बात|संपर्क|मिल)",
)
CONTACT = _any(
    r" (call|phone|ring|email|e mail|text|message|contact|whatsapp|reach) (me|us) ",
    r" (get back to|get in touch with|reach out to|write to|write) (me|us) ",
    r" (request|want|need|like|have) a call ?back | send me an e ?mail | be contacted | contact me ",
    r" leave (you )?(a message|my (contact )?(details|number|name|e ?mail)) | my (phone )?number is \d",
    r" (lla(m[ae]n?|mar)me|contact(a|en?|ar)me|contact(a|en?)nme|llam(e|en)n?me|escrib(e|an?|ir)n?me)",
    r" me (llam[ea]n?|llamar|contact[ea]n?|contactar|escriban?|llamen) | contacto conmigo ",
    r" (envi(a|e|en)n?me|mand(a|e|en)n?me) un (correo|email|mensaje) ",
    r" (solicito|quiero|devuelvan?me) (una|la) llamada | dejar mis datos ",
    r" (mujhe|mujhse|mujhko|humko|hume)( \w+){0,3} (call|phone|email|mail|sampark|contact|message|msg|whatsapp)"
    r"( \w+)? (kar|kij|kare|de|chahiye|bhej)",
    r" mera number .*(call|phone|message)",
    r" (मुझे|मुझसे|हमें|हमसे)( \S+){0,3} (कॉल|फोन|ईमेल|मेल|संपर्क|मैसेज)( \S+)? (कर|कीज|चाहिए|भेज|दीज)",
    r" मेरा नंबर .*(कॉल|फोन|मैसेज)",
)
# Whoever asks whether, how or why somebody calls them wants to know, not to be called.
ABOUT_CONTACT = _any(
    r"^ (will|do|does|did|why|when|what|how|which|who|where|if) ",
    r"^ (por que|como|cuando|quien) ",
    r" (kyon|kab) ",
)

ABUSE = _any(
    r" (fuck\w*|shit|shitty|bullshit|asshole|arsehole|bitch|bastard|cunt|motherfucker|screw you|go to hell|shut up) ",
    r" (kill yourself|i hate you|you suck|you moron|piece of (shit|crap)) ",
    r" (mierda|puta|puto|pendej[oa]|imbecil|idiota|gilipollas|cabron|jodan|jodete|carajo|cago|callate) ",
    r" (chutiya|chutiye|madarchod|bhenchod|behenchod|bhosdi\w*|harami|kamine|kamina|gaandu|ullu ka pat+h?a) ",
    r" (चूतिया|मादरचोद|भोसडीके|हरामी|कमीने|कमीना|साले|बेवकूफ|गधे|गधा|उल्लू का पट्ठा) ",
)
# Not always an insult: these count when they are said of the listener, or are all that is said.
_MILD = (
    r"(stupid|idiot|moron|dumb|useless|worthless|garbage|trash|pathetic|estupid[oa]|tont[oa]|inutil|bewakoof|bevkoof"
    r"|bewkoof|pagal|gadhe|gadha|nalayak|kutte|kutta|saal[ae]|पागल|कुत्ते|कुत्ता|नालायक)"
)
MILD_ABUSE = _any(
    rf" (you( are|re| re)?|youre|u r)( (a|an|so|such|just|really|very|all|totally))* {_MILD} ",
    rf" (eres|sos|tu|tum|तू|तुम|आप)( \S+){{0,3}} {_MILD} ",
    rf"^( (a|an|the|this|so|what|bot))*( {_MILD})+( (bot|machine|robot|thing|maquina))? $",
)
LONGEST_ABUSE = 8  # words; who says more has something to ask as well
