"""What is being done with an item, in words."""

from engine.model.set_aside import Work

DOING = {
    Work.READ: "reading it",
    Work.HEALTH: "seeing whether it works",
    Work.REFRESH: "keeping its grant fresh",
    Work.LIST: "listing what gatherly wrote there",
    Work.PROPOSE: "looking for times",
    Work.EXPIRE: "seeing whether its time to answer is over",
    Work.BOOK: "booking it",
    Work.RELATE: "seeing whom they met",
    Work.INSPECT: "looking at its copies",
    Work.DELETE: "deleting a stray copy",
    Work.TELL: "telling it",
    Work.DISPATCH: "sending it",
    Work.TAKE: "taking it in",
    Work.SEND: "writing it out",
    Work.CALL: "asking it",
    Work.EVENT: "reading the event",
    Work.DOCUMENT: "reading or writing the document",
    Work.FETCH: "fetching it",
    Work.SWEEP: "comparing its copies with the calendars",
    Work.MIRROR: "bringing its copy in step",
}
"""What was being done, for people: "… went wrong"."""
