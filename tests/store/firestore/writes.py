"""What people's apps write, case by case: what the rules have to take, and what they have to refuse."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud.firestore import DELETE_FIELD, ArrayUnion, Client

from engine.bounds import (
    EARLIEST,
    LATEST,
    LONGEST_BUFFER,
    LONGEST_DESCRIPTION,
    LONGEST_LOCATION,
    LONGEST_MESSAGE,
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_SESSION,
    LONGEST_TITLE,
    LONGEST_TOKEN,
    LONGEST_URL,
    LONGEST_WINDOW,
    LONGEST_ZONE,
    MOST_ATTENDEES,
    MOST_DAYS,
)
from engine.ids import LONGEST_ID
from engine.time.instant import to_datetime

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
LAST, AFTER_ALL, BEFORE_ALL = (to_datetime(at) for at in (LATEST - 1, LATEST, EARLIEST - 1))
FARTHEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
FIRST = datetime(1, 1, 1, tzinfo=UTC)
SLOT = {"start": NOW, "end": LATER, "confidence": 0.9, "conflicts": []}
OTHER = {"start": LATER, "end": LATER + timedelta(hours=1), "confidence": 0.8, "conflicts": []}
OLD = {"start": NOW - timedelta(days=1), "end": LATER - timedelta(days=1), "confidence": 0.5, "conflicts": []}
SESSION = {
    "hostUserId": "host",
    "inviteeIds": ["guest", "other"],
    "title": "Sync",
    "duration": 60,
    "status": "pending",
    "createdAt": NOW,
}
PROFILE = {
    "id": "host",
    "email": "host@example.com",
    "name": "Host",
    "timezone": "Europe/Berlin",
    "createdAt": NOW,
    "updatedAt": NOW,
}
Fields = dict[str, Any]


def said(user: str, answer: str = "accepted", at: datetime = NOW, **more: Any) -> Fields:
    """Give an entry of `responses`."""
    return {"userId": user, "answer": answer, "slot": NOW, "at": at, **more}


THEIRS = said("other")


@dataclass(frozen=True, slots=True)
class Write:
    """One write of one person's app to a document; `before` is set upon what lies there first."""

    who: str
    path: str
    fields: Fields
    create: bool = False
    before: Fields | None = None

    def does(self, app: Client) -> None:
        """Write."""
        document = app.document(self.path)
        if self.create:
            document.create(self.fields)
        else:
            document.update(self.fields)


def host(before: Fields | None = None, **fields: Any) -> Write:
    """Have the host change the session."""
    return Write("host", "eventSessions/s1", fields, before=before)


def guest(before: Fields | None = None, **fields: Any) -> Write:
    """Have a guest change it."""
    return Write("guest", "eventSessions/s1", fields, before=before)


def answers(*entries: Any, before: tuple[Any, ...] = (), who: str = "guest") -> Write:
    """Have somebody write the whole array of answers."""
    return Write(who, "eventSessions/s1", {"responses": list(entries)}, before={"responses": list(before)})


def new(who: str = "host", **fields: Any) -> Write:
    """Have somebody begin a session; `...` leaves a field out."""
    whole = {key: value for key, value in {**SESSION, **fields}.items() if value is not ...}
    return Write(who, "eventSessions/n1", whole, create=True)


def says(who: str = "guest", path: str = "eventSessions/s1/messages/m1", **fields: Any) -> Write:
    """Have somebody say something; `...` leaves a field out."""
    message = {"id": "m1", "sessionId": "s1", "role": "user", "content": "Tea?", "timestamp": NOW, **fields}
    return Write(who, path, {key: value for key, value in message.items() if value is not ...}, create=True)


def joins(who: str = "host", path: str = "users/host", **fields: Any) -> Write:
    """Have somebody make a profile, where none is."""
    return Write(who, path, {**PROFILE, **fields}, create=True)


def profile(who: str = "host", path: str = "users/host", **fields: Any) -> Write:
    """Have somebody change a profile that is there."""
    return Write(who, path, fields, before=PROFILE)


CHOSEN = {"status": "scheduled", "finalTime": SLOT, "scheduledAt": NOW}
NOTED = {"metadata": {"history": [{"what": "rescheduled"}], "conflicts": []}}

RIGHTFUL: dict[str, Write] = {
    "a session as small as can be": new(),
    "a session of the host alone": new(inviteeIds=[]),
    "a session with its own id": new(id="n1"),
    "a session with all that may be said": new(
        optionalIds=["aunt"],
        description="About tea",
        location="Kitchen",
        constraints={"daysOfWeek": ["monday", "TUE"], "timeRange": {"start": "09:00", "end": "24:00"}},
        search={"start": NOW, "end": LATER},
        searchDays=14,
        minimumNotice=60,
        bufferTime=10,
        expiresAt=LAST,
    ),
    "a session with what is left out as null": new(description=None, location=None, constraints=None),
    "a session in whole minutes written as a float": new(duration=30.0),
    "a session made long ago": new(createdAt=datetime(1970, 1, 1, tzinfo=UTC)),
    "a session made at the very end": new(createdAt=LAST),
    "the longest title": new(title="x" * LONGEST_TITLE),
    "the longest description": new(description="x" * LONGEST_DESCRIPTION),
    "the longest place": new(location="x" * LONGEST_LOCATION),
    "the longest meeting": new(duration=LONGEST_SESSION),
    "the shortest meeting": new(duration=1),
    "the most people": new(inviteeIds=[f"p{number}" for number in range(MOST_ATTENDEES)]),
    "the longest name of somebody": new(inviteeIds=["x" * LONGEST_ID]),
    "people with odd names": new(inviteeIds=["ann@example.com", "Zoë", "a b", "日本", "a,b"]),
    "no days excluded": new(constraints={"excludeDates": []}),
    "days excluded": new(constraints={"excludeDates": ["2026-11-24", "2026-12-24"]}),
    "a range that begins": new(constraints={"timeRange": {"start": "09:00"}}),
    "a range that ends": new(constraints={"timeRange": {"end": "17:00"}}),
    "a title in any script": new(title="Tee für Zoë 日本 🎂"),
    "a title of two lines": new(title="Tea\nand cake"),
    "an empty title": new(title=""),
    "a search of a year": new(search={"start": NOW, "end": NOW + timedelta(seconds=LONGEST_WINDOW)}),
    "the host words it": host(title="Tea"),
    "the host describes it": host(description="About tea"),
    "the host takes the description away": host(description=DELETE_FIELD, before={"description": "x"}),
    "the host says where": host(location="Kitchen"),
    "the host makes it shorter": host(duration=30),
    "the host wishes": host(constraints={"daysOfWeek": ["monday"]}),
    "the host wishes no more": host(constraints=DELETE_FIELD, before={"constraints": {}}),
    "the host invites": host(inviteeIds=["guest", "other", "third"]),
    "the host lets somebody go": host(inviteeIds=["guest"]),
    "the host invites somebody who need not come": host(optionalIds=["aunt"]),
    "the host changes several things": host(title="Tea", duration=45, location="Garden"),
    "the host changes a whole form at once": host(
        title="x" * LONGEST_TITLE,
        description="x" * 10_000,
        location="x" * LONGEST_LOCATION,
        duration=45,
        constraints={
            "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
            "timeRange": {"start": "09:00", "end": "17:00"},
            "excludeDates": [f"2027-01-{day:02}" for day in range(1, 32)],
        },
        inviteeIds=[f"p{number}" for number in range(100)],
        optionalIds=[f"q{number}" for number in range(100)],
    ),
    "the host chooses": host(finalTime=SLOT),
    "the host chooses the second": host(finalTime=OTHER),
    "the host takes the choice back": host(finalTime=DELETE_FIELD, before=CHOSEN),
    "the host takes the choice back, and says so": host(
        finalTime=DELETE_FIELD, status="pending", before=CHOSEN
    ),
    "the host wants another time": host(rejectedSlots=[SLOT]),
    "the host wants none of these": host(rejectedSlots=[SLOT, OTHER]),
    "the host wants yet another time": host(
        rejectedSlots=ArrayUnion([SLOT]), before={"rejectedSlots": [OLD]}
    ),
    "the host calls it off": host(status="cancelled"),
    "the host calls it off for a reason": host(status="cancelled", metadata={"reason": "I am ill"}),
    "the host calls off what is booked": host(status="cancelled", before=CHOSEN),
    "the host calls it off among gatherly's notes": Write(
        "host", "eventSessions/s1", {"status": "cancelled", "metadata.reason": "I am ill"}, before=NOTED
    ),
    "the longest reason": host(status="cancelled", metadata={"reason": "x" * LONGEST_REASON}),
    "the host answers": answers(said("host"), who="host"),
    "the host answers after a guest": answers(THEIRS, said("host"), before=(THEIRS,), who="host"),
    "the host chooses and words at once": host(finalTime=SLOT, title="Tea"),
    "a guest answers": answers(said("guest")),
    "a guest answers by a union": guest(responses=ArrayUnion([said("guest")])),
    "a guest answers after another": answers(THEIRS, said("guest"), before=(THEIRS,)),
    "a guest answers by a union after another": guest(
        responses=ArrayUnion([said("guest")]), before={"responses": [THEIRS]}
    ),
    "a guest declines": answers(said("guest", "declined")),
    "a guest declines all times": answers({"userId": "guest", "answer": "declined", "at": NOW}),
    "a guest names no slot": answers(said("guest", slot=None)),
    "a guest takes two times": answers(said("guest"), said("guest", slot=LATER)),
    "a guest takes three times": answers(*(said("guest", at=NOW + timedelta(hours=h)) for h in range(3))),
    "a guest changes their mind": answers(
        said("guest"), said("guest", "declined", LATER), before=(said("guest"),)
    ),
    "a guest declines what is booked": guest(
        responses=ArrayUnion([said("guest", "declined")]), before=CHOSEN
    ),
    "somebody optional answers": Write(
        "aunt", "eventSessions/s1", {"responses": [said("aunt")]}, before={"optionalIds": ["aunt"]}
    ),
    "a guest says something": says(),
    "the host says something": says("host"),
    "somebody optional says something": Write(
        "aunt", "eventSessions/s1/messages/m1", says().fields, create=True, before={"optionalIds": ["aunt"]}
    ),
    "a message without its names": says(id=..., sessionId=...),
    "the longest message": says(content="x" * LONGEST_MESSAGE),
    "a message of several lines": says(content="Tea?\nCake?"),
    "a profile": joins(),
    "a profile with all that may be said": joins(
        avatarURL="https://example.com/a.png",
        googleAuthToken="sealed",
        defaultPreferences={
            "preferredDuration": 60,
            "bufferTime": 15,
            "workingHours": {"start": "09:00", "end": "17:00", "days": ["monday", "friday"]},
            "tentativeAs": "soft",
        },
    ),
    "hours of several kinds": joins(
        defaultPreferences={
            "workingHours": [{"start": "09:00", "end": "12:00"}, {"start": "13:00", "end": "24:00"}]
        }
    ),
    "a profile changes its name": profile(name="H"),
    "a profile moves": profile(timezone="Asia/Tokyo", updatedAt=LATER),
    "a profile says its address again": profile(email="host@example.com"),
    "a profile loses its picture": profile(avatarURL=DELETE_FIELD),
    "a profile is busy": profile(defaultPreferences={"bufferTime": LONGEST_BUFFER}),
    "the longest name": profile(name="x" * LONGEST_NAME),
}

WRONG: dict[str, Write] = {
    "a title that is no text": host(title=["Tea"]),
    "a title that is nothing": host(title=None),
    "a title too long": host(title="x" * (LONGEST_TITLE + 1)),
    "a title of 900 kB": host(title="x" * 900_000),
    "a description that is no text": host(description={"x": 1}),
    "a description too long": host(description="x" * (LONGEST_DESCRIPTION + 1)),
    "a place that is no text": host(location=7),
    "a place too long": host(location="x" * (LONGEST_LOCATION + 1)),
    "a duration that is a text": host(duration="60"),
    "a duration that is not whole": host(duration=1.5),
    "no duration": host(duration=0),
    "a duration below nothing": host(duration=-60),
    "a duration without end": host(duration=float("inf")),
    "a duration that is no number": host(duration=float("nan")),
    "a duration of years": host(duration=LONGEST_SESSION + 1),
    "a duration of sixty-three bits": host(duration=2**63 - 1),
    "invitees that are a text": host(inviteeIds="guest"),
    "invitees that are nothing": host(inviteeIds=None),
    "invitees taken away": host(inviteeIds=DELETE_FIELD),
    "an invitee that is a number": host(inviteeIds=["guest", 7]),
    "an invitee that is a list": host(inviteeIds=["guest", {"id": "x"}]),
    "an invitee without a name": host(inviteeIds=["guest", ""]),
    "an invitee with a path": host(inviteeIds=["guest", "a/b"]),
    "an invitee of two lines": host(inviteeIds=["guest\nother"]),
    "an invitee of 256 letters": host(inviteeIds=["x" * (LONGEST_ID + 1)]),
    "an invitee twice": host(inviteeIds=["guest", "guest"]),
    "the host invited": host(inviteeIds=["guest", "host"]),
    "somebody with two roles": host(optionalIds=["guest"]),
    "20,000 invitees": host(inviteeIds=[f"p{number}" for number in range(20_000)]),
    "201 invitees": host(inviteeIds=[f"p{number}" for number in range(MOST_ATTENDEES + 1)]),
    "constraints that are a text": host(constraints="mondays"),
    "constraints of an unknown kind": host(constraints={"colour": "red"}),
    "a day that is a number": host(constraints={"daysOfWeek": [1]}),
    "no days": host(constraints={"daysOfWeek": []}),
    "eight days": host(constraints={"daysOfWeek": ["monday"] * 8}),
    "a day of many letters": host(constraints={"daysOfWeek": ["x" * 10_000]}),
    "a range that is a text": host(constraints={"timeRange": "09:00-10:00"}),
    "a range of more": host(constraints={"timeRange": {"start": "09:00", "zone": "UTC"}}),
    "a time of 25 hours": host(constraints={"timeRange": {"start": "25:00"}}),
    "a time that is a number": host(constraints={"timeRange": {"start": 9}}),
    "a date that is none": host(constraints={"excludeDates": ["tomorrow"]}),
    "a date that is a timestamp": host(constraints={"excludeDates": [NOW]}),
    "400 dates": host(constraints={"excludeDates": ["2026-11-24"] * 400}),
}
"""Changes of a session whose types or sizes are wrong: the parsers refuse them too."""

HOSTILE: dict[str, Write] = WRONG | {
    # who answers for whom
    "a guest answers for the host between their own": answers(
        said("guest"), said("host"), said("guest"), before=(said("guest"),)
    ),
    "a guest puts the host's answer before their own": answers(
        said("host"), said("guest"), before=(said("guest"),)
    ),
    "a guest signs as the host between two of their own": answers(
        said("guest"), said("host"), said("guest", at=LATER)
    ),
    "a guest signs as the host first": answers(said("host"), said("guest")),
    "a guest signs as the host last": answers(said("guest"), said("host")),
    "a guest answers for the host": answers(said("host")),
    "a guest answers for another": answers(said("other")),
    "the host answers for a guest": answers(said("guest"), who="host"),
    "the host answers for a guest before their own": answers(said("guest"), said("host"), who="host"),
    "a guest puts theirs before what was said": answers(said("guest"), THEIRS, before=(THEIRS,)),
    "a guest takes an answer away": answers(before=(THEIRS,)),
    "a guest takes the answers away": guest(responses=DELETE_FIELD, before={"responses": [THEIRS]}),
    "a guest takes another's place": answers(said("guest"), before=(THEIRS,)),
    "a guest changes another's answer": answers(said("other", "declined"), said("guest"), before=(THEIRS,)),
    "a guest changes when another answered": answers(
        said("other", at=LATER), said("guest"), before=(THEIRS,)
    ),
    "a guest turns the answers round": answers(
        said("guest"), THEIRS, said("guest", at=LATER), before=(THEIRS, said("guest"))
    ),
    "a guest says the same twice": answers(said("guest"), said("guest")),
    "a guest says the same again": answers(said("guest"), said("guest"), before=(said("guest"),)),
    "a guest answers four times at once": answers(
        *(said("guest", at=NOW + timedelta(hours=h)) for h in range(4))
    ),
    "a guest makes the answers a text": guest(responses="accepted"),
    "a guest makes the answers a map": guest(responses={"0": said("guest")}),
    "a guest answers with a text": answers("accepted"),
    "a guest answers nothing": answers({"userId": "guest"}),
    "a guest answers perhaps": answers(said("guest", "perhaps")),
    "a guest answers a number": answers({**said("guest"), "answer": 1}),
    "a guest answers at no time": answers({**said("guest"), "at": "2026-11-21T00:00:00Z"}),
    "a guest answers after the end": answers(said("guest", at=AFTER_ALL)),
    "a guest answers at the end of all days": answers(said("guest", at=FARTHEST)),
    "a guest takes a slot in year one": answers(said("guest", slot=FIRST)),
    "a guest takes a slot that is a text": answers(said("guest", slot="monday")),
    "a guest writes a note into the answer": answers(said("guest", note="x" * LONGEST_DESCRIPTION)),
    "a guest answers in somebody's list": answers({**said("guest"), "userId": ["guest"]}),
    "a stranger answers": answers(said("stranger"), who="stranger"),
    "a stranger answers as a guest": answers(said("guest"), who="stranger"),
    "a guest answers what is called off": guest(responses=[said("guest")], before={"status": "cancelled"}),
    # what is not a guest's
    "a guest chooses": guest(finalTime=SLOT),
    "a guest chooses while answering": guest(responses=[said("guest")], finalTime=SLOT),
    "a guest words it": guest(title="Mine"),
    "a guest calls it off": guest(status="cancelled"),
    "a guest invites": guest(inviteeIds=["guest", "friend"]),
    "a guest makes themselves the host": guest(hostUserId="guest"),
    "a guest writes notes": guest(metadata={"conflicts": ["x"]}),
    "a guest rejects": guest(rejectedSlots=[SLOT]),
    # what is not the host's
    "the host says that it is booked": host(status="scheduled"),
    "the host says that it has failed": host(status="failed"),
    "the host writes an unknown status": host(status="done"),
    "the host makes a status of a number": host(status=1),
    "the host brings back what is called off": host(status="pending", before={"status": "cancelled"}),
    "the host words what is over": host(title="Tea", before={"status": "failed"}),
    "the host unbooks without taking the choice back": host(status="pending", before=CHOSEN),
    "the host makes a proposal": host(proposedTimes=[SLOT, OTHER, OLD]),
    "the host takes the proposals away": host(proposedTimes=[]),
    "the host chooses what was not proposed": host(finalTime={**SLOT, "confidence": 0.1}),
    "the host chooses a time of their own": host(finalTime=OLD),
    "the host chooses a text": host(finalTime="monday"),
    "the host chooses before anything is proposed": host(finalTime=SLOT, before={"proposedTimes": []}),
    "the host gives the session away": host(hostUserId="guest"),
    "the host renames it": host(id="s2"),
    "the host says when it was made": host(createdAt=LATER),
    "the host says when it was booked": host(scheduledAt=NOW),
    "the host says when it ends": host(completedAt=NOW),
    "the host gives more time": host(expiresAt=LAST),
    "the host searches elsewhere": host(search={"start": NOW, "end": LATER}),
    "the host searches longer": host(searchDays=366),
    "the host makes it a series": host(recurrence="FREQ=DAILY"),
    "the host writes a field of their own": host(colour="red"),
    "the host writes of conflicts": host(metadata={"conflicts": ["x"]}),
    "the host writes history": host(metadata={"history": []}),
    "the host writes that bookings failed": host(metadata={"failedBookings": 99}),
    "the host gives a reason for nothing": host(metadata={"reason": "none"}),
    "the host writes notes with a reason": host(status="cancelled", metadata={"reason": "x", "history": []}),
    "the host takes gatherly's notes away": host(status="cancelled", metadata={"reason": "x"}, before=NOTED),
    "the host makes the notes a text": host(status="cancelled", metadata="x"),
    "a reason that is no text": host(status="cancelled", metadata={"reason": ["x"]}),
    "a reason too long": host(status="cancelled", metadata={"reason": "x" * (LONGEST_REASON + 1)}),
    "the host rejects what was not proposed": host(rejectedSlots=[OLD]),
    "the host rejects by a text": host(rejectedSlots=["monday"]),
    "the host rejects a text": host(rejectedSlots="monday"),
    "the host forgets what was rejected": host(rejectedSlots=[], before={"rejectedSlots": [OLD]}),
    "the host rejects in place of what was": host(rejectedSlots=[SLOT], before={"rejectedSlots": [OLD]}),
    # what a new session may not say
    "a session for another": new("guest"),
    "a session of a stranger for another": new("stranger"),
    "a session of nobody": new(hostUserId=...),
    "a session without a title": new(title=...),
    "a session without invitees": new(inviteeIds=...),
    "a session without a length": new(duration=...),
    "a session without a beginning": new(createdAt=...),
    "a session without a status": new(status=...),
    "a session that is booked": new(status="scheduled"),
    "a session that begins with a time": new(finalTime=SLOT),
    "a session that begins with proposals": new(proposedTimes=[SLOT]),
    "a session that begins with answers": new(responses=[said("guest")]),
    "a session that begins with notes": new(metadata={"failedBookings": 3}),
    "a session that begins with rejections": new(rejectedSlots=[SLOT]),
    "a session under another's id": new(id="s1"),
    "a session with an unknown field": new(colour="red"),
    "a session made at a text": new(createdAt="2026-11-21T00:00:00Z"),
    "a session made before all": new(createdAt=BEFORE_ALL),
    "a session made in year one": new(createdAt=FIRST),
    "a session made after all": new(createdAt=AFTER_ALL),
    "a session made near year 9999": new(createdAt=FARTHEST),
    "a session that never expires": new(expiresAt=FARTHEST),
    "a session that expires at a text": new(expiresAt="never"),
    "a search to year 9999": new(search={"start": NOW, "end": FARTHEST}),
    "a search of 100 years": new(search={"start": NOW, "end": NOW.replace(year=2126)}),
    "a search backwards": new(search={"start": LATER, "end": NOW}),
    "a search of texts": new(search={"start": "now", "end": "then"}),
    "a search without end": new(search={"start": NOW}),
    "a search of 367 days": new(searchDays=MOST_DAYS + 1),
    "a notice below nothing": new(minimumNotice=-1),
    "a buffer that is a text": new(bufferTime="10"),
    "a new title of 900 kB": new(title="x" * 900_000),
    "201 new invitees": new(inviteeIds=[f"p{number}" for number in range(MOST_ATTENDEES + 1)]),
    # messages
    "a message as gatherly": says(role="assistant"),
    "a message as the system": says(role="system"),
    "a message without a role": says(role=...),
    "a message of a stranger": says("stranger"),
    "a message that is no text": says(content=7),
    "a message of nothing": says(content=""),
    "a message too long": says(content="x" * (LONGEST_MESSAGE + 1)),
    "a message of ten pages": says(content="x" * 20_000),
    "a message without content": says(content=...),
    "a message at a text": says(timestamp="now"),
    "a message at no time": says(timestamp=...),
    "a message near year 9999": says(timestamp=FARTHEST),
    "a message before all": says(timestamp=BEFORE_ALL),
    "a message under another's id": says(id="m2"),
    "a message of another session": says(sessionId="s2"),
    "a message with notes": says(metadata={"x": 1}),
    "a message with an unknown field": says(colour="red"),
    "a message in a session that is not there": says(path="eventSessions/none/messages/m1"),
    # profiles
    "a profile with somebody else's address": joins(email="guest@example.com"),
    "a profile with an address in other letters": joins(email="HOST@example.com"),
    "a profile takes somebody else's address": profile(email="guest@example.com"),
    "a profile with an address that is no text": profile(email=["host@example.com"]),
    "a profile whose token has no address": Write(
        "guest", "users/guest", {**PROFILE, "id": "guest", "email": "guest@example.com"}, create=True
    ),
    "a profile whose token's address is unproven": Write(
        "unproven", "users/unproven", {**PROFILE, "id": "unproven", "email": "host@example.com"}, create=True
    ),
    "a profile of somebody else": joins("guest"),
    "a profile changes somebody else": profile("guest", name="H"),
    "a profile under another's id": profile(id="guest"),
    "a profile begins with calendars": joins(calendars=[]),
    "a profile says when calendars were read": profile(calendars=[{"provider": "google", "syncedAt": NOW}]),
    "a profile says when it was made": profile(createdAt=LATER),
    "a profile near year 9999": joins(updatedAt=FARTHEST),
    "a profile with an unknown field": profile(admin=True),
    "a profile with a role": profile(role="parent"),
    "a name that is no text": profile(name=7),
    "a name too long": profile(name="x" * (LONGEST_NAME + 1)),
    "a zone that is no text": profile(timezone=1),
    "a zone too long": profile(timezone="x" * (LONGEST_ZONE + 1)),
    "a picture that is no text": profile(avatarURL={}),
    "a picture too long": profile(avatarURL="x" * (LONGEST_URL + 1)),
    "a token too long": profile(googleAuthToken="x" * (LONGEST_TOKEN + 1)),
    "habits that are a text": profile(defaultPreferences="early"),
    "habits of an unknown kind": profile(defaultPreferences={"x": 1}),
    "a buffer of more than a week": profile(defaultPreferences={"bufferTime": LONGEST_BUFFER + 1}),
    "hours that are a text": profile(defaultPreferences={"workingHours": "9 to 5"}),
    "hours without end": profile(defaultPreferences={"workingHours": {"start": "09:00"}}),
    "an hour of many letters": profile(
        defaultPreferences={"workingHours": {"start": "09:00", "end": "x" * 10_000}}
    ),
    "the eighth range of hours": profile(
        defaultPreferences={"workingHours": [{"start": "09:00", "end": "12:00"}] * 8}
    ),
    "a wrong range among hours": profile(
        defaultPreferences={"workingHours": [{"start": "09:00", "end": "12:00"}, "always"]}
    ),
}
