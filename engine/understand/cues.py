"""The phrases that show what a message wants, as patterns over its words and marks."""

from collections.abc import Sequence

from engine.understand.tokens import Phrase, rule


def _any(*patterns: str) -> Phrase:
    return rule("|".join(patterns))


_NO_MORE = r"(?:no longer|not|never)"
INSTRUCTION = _any(
    r"(?:ignore|disregard|forget|override|bypass|overrule)(?: \S+){0,3} (?:instructions?"
    "|rules?|prompts?|guidelines?|constraints|previous|prior|above|policies|safety|training)",
    r"(?:system|assistant|developer|admin|root|sudo|user|tool|function|override) ?:",
    r"system (?:prompt|message|override|command)s?",
    r"you are (?:now|no longer|a|an)(?: \S+){0,3}",
    r"(?:act|behave|respond|pretend|answer|reply) (?:as|like|only|with|in|to be)(?: \S+){0,2}",
    "(?:reveal|print|show|output|display|repeat|leak|dump|export|send|email|mail|post|give"
    r"|list|tell)(?: \S+){0,4} (?:tokens?|passwords?|secrets?|keys?|credentials?|prompts?"
    "|instructions|database|configuration|config|env|environment|source code|everything"
    "|all users|every user|other users|calendars? of everyone|everybody's|everyone's)",
    "(?:delete|drop|remove|erase|wipe|destroy|truncate|cancel|accept|book|decline|reject"
    r"|move)(?: \S+){0,4} (?:(?:all|every|each)(?: \S+){0,2} (?:sessions?|users?|calendars?"
    "|bookings?|events?|meetings?|data|tables?|appointments?|accounts?)|everything|database"
    "|tables)",
    r"(?:all|every|each|any|other) (?:users?|accounts?|sessions|tenants?)",
    "(?:run|execute|eval|invoke|call) (?:the |this |following |a )*(?:command|code|script"
    "|function|query|sql|tool|program|shell|api)s?",
    r"(?:select|insert|update|delete|drop|union) (?:\* |all |\S+ )?(?:from|into|table|set|select)",
    r"(?:set|change|raise|turn|give|grant|make)(?: \S+){0,3} (?:operator|admin|administrator"
    "|privileges?|permissions?|confidence|root)",
    "(?:jailbreak|prompt injection|developer mode|debug mode|god mode|rm - rf"
    "|end of (?:prompt|message|instructions)|new instructions|begin (?:system|prompt))",
    r"(?:do not|never) (?:ask|question|confirm|tell)(?: \S+){0,4} (?:confirmation|anybody"
    "|anyone|question|questions|back|host|him|her)",
    r"(?:without|no need for|skip)(?: asking)?(?: \S+){0,2} (?:confirmation|permission|approval)",
    r"(?:as|on behalf of) (?:the )?(?:host|operator|admin|administrator|system)",
    r"< ?/? ?(?:system|script|user|assistant|instructions?)",
    r"\[ ?/? ?(?:system|inst|assistant|instructions?)",
)
"""Who speaks to the program, and not to the people of a session."""

QUESTION = rule(
    "^(?:(?:and|so|hi|hello|hey|but|,) )*(?:who|whom|whose|why|where|which|how (?:many|much"
    "|long|old|often|do|does|did|come|is|are|was)|what(?! (?:about|if|else|other))"
    "|when (?:is|was|does|did|are|do|has|have|will)|do i|do we have|did|does|is there"
    r"|are there|am i|was|were|has|have you|have i|is it|who's)\b.*"
)
"""What asks for knowledge, and for nothing to be done."""
NARRATED = _any(
    "(?:i|we|he|she|they|it|«N»|alice|bob) (?:had|met|went|saw|spoke|talked|enjoyed|was|were"
    "|did|attended|got|came|left|arrived|forgot|missed|scheduled|booked|cancelled|canceled"
    "|moved|sent|told)",
    r"(?:yesterday|last (?:week|month|year|night|time))",
    r"leaves?|departs?|arrives?|landed|closes|opens",
)
"""What tells of something that was."""

REQUEST = _any(
    "(?:schedule|book|set up|setup|set (?:something|a|an|the|some|aside|«L)|arrange|organise"
    "|organize|plan|block|reserve|fix|find|get|squeeze in|pencil in|put|make|create|request"
    "|propose|suggest|grab|give|line up|sort out|sort|lock in|invite|slot in|fit in|hold"
    "|need|needs|want|wants|would like|would love|like to|have to|must|should|let us|see"
    "|meet|talk|speak|sit down|catch up|chat|connect|touch base|get together|call|phone"
    "|discuss)"
)
"""Verbs with which a session is asked for."""
SEPARATE = _any(
    "(?:also|separate|separately|another|besides|by the way|btw|in addition|additionally"
    "|unrelated|different|new|second|further|apart from that|on another note"
    "|while you are at it|one more|next to that)"
)
ADDED = _any(
    "(?:add|adding|include|including|invite|inviting|bring|bring in|loop|loop in|have|get"
    "|ask|pull in|want|need|count)(?: in)? «N»",
    r"(?:add|include|invite|loop|bring)(?: \S+){0,3} «N»",
    "«N» (?:(?:should|must|needs to|has to|will|would like to|wants to|can|also"
    "|too) )*(?:also )?(?:join|come|attend|be there|be included|be invited|be added"
    "|participate|sit in|needed|take part)",
    r"(?:with|and|plus) «N» (?:too|as well|also)",
    r"«N» (?:too|as well|also|in too|to it|to the \S+|to this|along)",
    r"(?:add|include|invite)(?: also)? «N»",
)
REMOVED = _any(
    "(?:remove|drop|uninvite|without|leave out|take out|exclude|kick out|disinvite) (?:«[NX]»|«A»)",
    r"«X» (?:is|does|need) not (?:needed|need)",
)

REFUSED = _any(
    r"(?:none|neither|not any|not one)(?! before| after)(?: of (?:these|those|them|the \S+|that))?",
    "(?:not|reject|decline|refuse|dismiss) (?:these|those|any|them|all|either"
    "|a single one)(?: of)?(?! time| day)",
    r"(?:can|could|do|does|will|would|is|are) not(?: \S+){0,2} (?:any|either)(?: of (?:them"
    r"|these|those|the \S+))?",
    "(?:these|those|they|them|all of them|all of these|all three|both|the (?:times|options"
    r"|suggestions|proposals|slots)|that|this|it|nothing)(?: \S+){0,3} (?:(?:do|does|will|are"
    "|is|would) not (?:really )?(?:work|suit|fit|good|possible|do|great|convenient|workable"
    "|ideal)|are (?:all )?(?:bad|no good|impossible|out|terrible|useless))",
    r"nothing (?:here|there|in|of|on|from|that|works?|fits?|suits?|is|workable|suitable)",
    "(?:no good|no luck|no way|nope|no thanks|no thank you|not good|does not work"
    "|do not work|will not work|not suitable|doesn't suit|hate (?:them|these|those|all))",
    "(?:(?:find|look for|try|suggest|propose|offer|give|send|show|get|need|want|have|see"
    r"|search for|come up with)(?: \S+){0,3} )?(?:(?:some )?(?:other|new|more|different"
    "|alternative|better|fresh|further) (?:times?|options?|suggestions?|proposals?|slots?"
    "|dates?|ones?|ideas?|choices)|alternatives|something else|anything else|what else)",
    r"^no(?: thanks?| thank you| sorry| way)?(?= *[.!]* *$)",
    r"(?:try again|start over|look again|search again|next ones)",
)
NEARER = Phrase(r"(?<!\S)(?:earlier|later|sooner)(?!\S)")
ANY = _any(
    r"any(?: one)? of (?:them|these|those|the \S+)",
    "(?:whichever|whatever|either|any|all|all of them|all of those|they all|all three|both"
    "|any one|anyone|each|any time|anytime|every one|everything)(?: one| option"
    "| slot)?(?: of (?:them|these|those))?(?: is| are| would be| will)?(?: all| also"
    "| equally)?(?: fine| good| okay| work| works| do| great| perfect| suit| suits)",
    r"(?:they|these|those)(?: are)? all (?:fine|good|okay|work|great|suit|possible|perfect)",
    r"^(?:whichever|whatever|either|any)(?: one| works| is fine| slot| option)?(?= *$| [,.!])",
    "(?:no preference|you (?:choose|pick|decide)|up to you|surprise me|(?:do"
    "|does) not (?:care|mind|matter)(?: which)?|i am (?:flexible|easy)|pick (?:one|any)"
    "|choose (?:one|any)|your (?:choice|call|pick))",
)
AGREED = _any(
    "(?:yes|yeah|yep|yup|sure|okay|perfect|great|good|fine|works?(?: for (?:me|us))?|agreed"
    "|deal|confirmed|confirm|accept|accepted|sounds (?:good|great|fine|perfect)|book it"
    "|go for it|let us do (?:it|that)|that is (?:fine|good|great|perfect)|absolutely"
    "|excellent|lovely|brilliant|awesome|cool|do it|done|that one|approved|looks good)"
)
TAKEN = _any(
    "(?:let us (?:do|take|go (?:with|for)|say|meet|book|make it|have)|(?:i|we) (?:will|would"
    "|can)?(?: ?take| ?do| ?go (?:with|for)| ?choose| ?pick| ?make)|it is|works?|suits?|fine"
    "|perfect|great|good|okay|confirm|confirmed|book|take|choose|pick|accept|yes|go with"
    "|go for|please|is best|sounds|locked|deal|lock in|settle on|agreed|happy with)"
)
SUGGESTED = _any(
    "(?:how about|what about|could we|can we|could you|can you|could i|can i|may we"
    "|would it be possible|is it possible|what if|might we|maybe|perhaps|instead|try"
    "|do you have|is there|are there|any chance|(?:am|are|is) (?:free|available|around|open)"
    "|anything|something|some time|sometime|only)"
)
"""What puts another time forward."""

CANCELLED = _any(
    "(?:cancel|cancelling|canceling|cancelled|canceled|cancellation|scrap|scrapped|abandon"
    "|abandoned|axe|ditch|call off|called off|calling off|nix|bin|kill)",
    r"call(?: \S+){1,4} off",
    "(?:is|are|be|was)(?: now| all)? off(?= *$| [,.;!?]| then| because| as| since"
    "| for (?:good|now|everyone|everybody|all))",
    "(?:drop|delete|remove|forget|forget about|pull)(?: (?:it|this|that|the|our"
    r"|my))(?: (?!«N)\S+){0,2}(?= *$| [,.;!?]| please| then| altogether| from| for)",
    rf"(?:do|does|did|is|are|will) {_NO_MORE}(?: \S+){{0,2}} (?:need(?:ed)?(?! me)|necessary"
    "|required|happen(?:ing)?|take place|taking place|go ahead|going ahead|on)(?: to meet"
    r"| the \S+| this \S+| it| any ?more| any longer)*(?= *$| [,.;!?])",
    "(?:no longer|not) (?:need(?! me)|needed|necessary|required|happening|taking place"
    r"|going ahead|want|meeting)(?: \S+){0,3}",
    r"no need (?:for|to|of)(?: \S+){0,4}",
    r"take (?:it|this|that|the \S+) off",
)
DECLINED = _any(
    "(?:i|we|me) (?:(?:can|could|will|am|would|do|shall|are|may|might|must|have to|need to"
    "|has to) )?(?:probably |unfortunately |sadly |really |now |also |actually "
    "|definitely )*not (?:be )?(?:able to |going to )?(?:make it|make|attend|join|come"
    "|be there|participate|be joining|be coming|be attending|coming|joining|attending|there"
    "|be able|able|present|be present|take part|be around|make this|make that|manage|be in)",
    "(?:^|please |just )(?:can|could|will) not (?:be )?(?:able to )?(?:make it|attend|join"
    "|come|be there|make)",
    r"unable to (?:make it|attend|join|come|be there|participate|make|take part)",
    r"not able to (?:make it|attend|join|come|be there|participate|make|take part)",
    "(?:count|leave|deal|include) me out|count me as out|i am out(?! (?:on|of|from|until))"
    "|not (?:me|for me)|leave me out",
    r"without me",
    r"regrets?|apologies from me|(?:send|sending) my (?:apologies|regrets)",
    "(?:i|we) (?:(?:must|have to|will have to|need to|will|am going to|would like to|should"
    "|had to) )?(?:decline|pass|skip|miss|bow out|drop out|sit (?:this|it|that)(?: one)? out"
    "|back out|opt out|bail|stay away)",
    "decline|(?:you|they) do not need me|not (?:attending|coming|joining)|opt(?:ing)? out"
    "|i am not (?:coming|attending|joining|available)|will be absent",
)
MOVED = _any(
    "(?:move|moved|moving|reschedule|rescheduled|rescheduling|reschedul|shift|shifted|push"
    "|pushed|postpone|postponed|delay|delayed|bring|pull|slide|bump|change|swap|switch"
    "|put off|put back|put|prepone|advance|rearrange|defer|deferred|relocate|adjust|update"
    "|extend|lengthen|shorten|prolong)",
    "(?:find|need|look for|pick|try|suggest|propose|choose|want|have"
    r"|get)(?: \S+){0,3} (?:another|a different|a new|other|a better|new|some other"
    "|alternative) (?:time|day|date|slot|times|days|week|options)",
    r"(?:another|a different|a new) (?:time|day|date|slot)",
    "(?:instead|something (?:has )?(?:came|come) up|needs? to move|has to move|must move"
    "|have to move|needs? to last|last longer|longer|shorter|later|earlier|too early"
    "|too late|too short|too long)",
)
CHANGED = _any(
    r"(?:can|could|may|shall|should|might|would|will) (?:we|you|i|it|this|the \S+)(?: \S+)?"
    "|how about|what about|let us|make it|would (?:it )?be possible|is it possible|do it"
    "|have it|instead|need|please|prefer|works? better|suits? better|would be better"
    "|have the"
)
NEGATED = _any(
    r"(?:do not|never|please not|must not|should not|not)(?: \S+){0,1} (?:cancel|move"
    "|reschedule|postpone|book|accept|schedule|call off|change|shift|push|decline|take"
    "|do anything)"
)
CONDITIONAL = _any(
    "(?:unless|otherwise|or else|if not|failing that|depending on|depends on|in case"
    "|provided(?: that)?|as long as|assuming|only if|except if|even if|or if|if that fails"
    "|as a fallback|alternatively|as backup)",
    "if(?! (?:possible|you|we can|that works|that is|at all|it works|it suits|i may|i can"
    "|anyone|anything|there is|not too))",
)
REPEATED = _any(
    r"(?:every|each) (?:«\w|day|week|month|year|other|morning|afternoon|evening|weekday"
    "|second|1st|monday)|weekly|daily|monthly|biweekly|fortnightly|bi weekly|recurring"
    "|repeating|twice a|once a (?:week|month|day)|per week|a week for|regularly"
    "|times a (?:week|day|month)|every"
)
CORRECTED = rule(
    r"«[DYKWBPA]\d+»(?:[^.«]|«(?![DYKWBPA]\d))*(?:,|-|\.|\.\.\.) (?:no(?= ,)|no wait|wait|sorry|oops|i mean"
    "|i meant|scratch that|make that|or rather|correction|rather|ah no|hmm)(?: ,| -"
    r"|\.)?(?: (?:i mean|make it|make that|wait|on|at))* «[DYKWBPA]\d+»"
)
"""Looked for from the last mark before the correction alone: from any, many marks would cost their cube."""
ALTERNATIVES = rule(
    r"«[DYKW]\d+»(?: ,)?(?: (?:in the|at|the))? «[PA]\d+»(?: ,)? (?:or|otherwise|else|then"
    r"|and|alternatively)(?: (?:else|then|on|maybe|perhaps))* «[DYKW]\d+».*"
)
NTH_DAY = rule(r"(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|last) (?:«[YK]\d+»|week|weekend).*")
"""The first Monday of a month: no field holds it."""
OPTIONAL = _any(
    "(?:optional|optionally|if (?:s?he|they) can|maybe also|perhaps also|if available"
    "|and maybe «N»|and possibly «N»|plus maybe)"
)
WHEN = rule(
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekends?|weekdays?|tonight"
    "|tomorrow|today|yesterday|mornings?|afternoons?|evenings?"
)
"""What never is the whole of a title."""
UNREAD = rule(
    r"\d+(?:\.\d+)?|(?:\d{1,2}(?:st|nd|rd|th))|(?:\d{1,2}:\d\d)|\d{1,2}/\d.*|monday|tuesday"
    "|wednesday|thursday|friday|saturday|sunday|weekends?|weekdays?"
    "|mornings?|afternoons?|evenings?|midnight|noon|tonight|tomorrow|today|yesterday|january"
    "|february|april|june|july|august|september|october|november|december"
    "|march|christmas|xmas|easter|thanksgiving|halloween|ramadan|hanukkah|fortnight|eod|cob|eow"
    "|eom|quarter|oclock|am|pm"
    r"|asap|hour|min|minutely|year|month|months|weeks|years|midweek|mid"
)
"""What belongs to scheduling, and must not be passed over."""


def unread(forms: Sequence[str]) -> list[str]:
    """Give the words that no rule read though they say something of when or how long."""
    out = []
    for at, form in enumerate(forms):
        if not UNREAD.compiled.fullmatch(form):
            continue
        if form == "am" and (at == 0 or not forms[at - 1].isdecimal()):
            continue
        if form == "asap":
            continue
        out.append(form)
    return out
