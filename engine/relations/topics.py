"""The words by which titles tell interests: by category, each topic with the words that mean it."""

from collections.abc import Mapping

_LIST = """
sports football: football, soccer, futsal, fußball, calcio
sports tennis: tennis, padel, squash, badminton
sports running: running, run, marathon, jogging, parkrun
sports cycling: cycling, bike ride, bicycle, biking
sports swimming: swimming, swim
sports climbing: climbing, bouldering
sports skiing: skiing, ski, snowboard, snowboarding
sports golf: golf
sports basketball: basketball
sports volleyball: volleyball
sports hiking: hiking, hike, trekking
sports yoga: yoga, pilates
sports gym: gym, workout, crossfit
sports chess: chess
technology software: software, coding, programming, hackathon, python, typescript, refactoring
technology data: data, analytics, dashboard, database
technology machine learning: machine learning, ml, ai, llm
technology security: security, pentest
technology infrastructure: kubernetes, devops, cloud, infrastructure
technology design: ux, ui, prototype, wireframe
business strategy: strategy, roadmap, okr, okrs
business sales: sales, pipeline, pitch
business finance: finance, budget, invoice, accounting, audit
business hiring: hiring, interview, recruiting, onboarding
business marketing: marketing, campaign, branding
business fundraising: fundraising, investor, investors
travel travel: travel, trip, flight, vacation, holiday
culture music: music, concert, choir, orchestra, opera, gig
culture theatre: theatre, theater, ballet
culture film: film, movie, cinema
culture books: book club, books, reading group
culture art: art, exhibition, museum, gallery
culture photography: photography, photo walk
food cooking: cooking, baking, recipe
food dining: dinner, brunch, restaurant, barbecue, bbq
food wine: wine, tasting
food coffee: coffee, espresso
family children: playdate, kindergarten, school play
family celebrations: wedding, anniversary, baby shower
nature gardening: gardening, garden, orchard
nature birds: birdwatching, birding
nature dogs: dog walk
games board games: board games, board game, game night
games video games: gaming, esports
learning languages: spanish, french, german class, language exchange
learning science: science, physics, astronomy
community volunteering: volunteering, charity, fundraiser
community politics: politics, campaigning
health wellbeing: meditation, wellbeing, mindfulness
"""


def _read() -> Mapping[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for line in _LIST.strip().splitlines():
        head, words = line.split(": ")
        category, topic = head.split(" ", 1)
        found |= {word: (category, topic) for word in words.split(", ")}
    return found


TOPICS = _read()
"""Category and topic by the word, or the two words, that mean it."""
