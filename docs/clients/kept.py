"""What a client remembers so that it loses nothing: where it is in its room, and what it has said that has no answer."""
import queue

from packets import LEAVE_REQ

# ANCHOR: kept
class Kept:  # it lasts longer than a connection
    def __init__(self, to_hear):
        self.to_hear = to_hear or -1
        self.events, self.waiting, self.is_typing, self.is_leaving = queue.Queue(), [], False, False
        self.epoch, self.at, self.since = 0, None, 0  # the last position that is known, and messages shown since
        self.said, self.own, self.cursor = [], [], 0  # without an answer; those of them that were heard
        self.missed, self.known, self.held = [], None, []  # known is None while no history is read

    def hears(self, line, own):  # the lines to show
        if self.known is not None:
            self.held.append(line)  # it stands in the history as well, if there is one
            return []
        self.since += 1
        self.own += own
        return [line]

    def stands(self, position):
        if self.known is None:
            self.at, self.since = position, 0

    def told(self, generation, number, line, own):
        self.at = self.epoch, generation, number
        if self.known:  # it was shown when its position was not known
            self.known -= 1
            return
        self.missed.append(line)
        for text in own:
            self.arrives(text)

    def told_all(self, is_all):  # what was missed, what to say again, and what nobody knows
        lines = self.missed if is_all else self.missed + self.held
        again, unknown = (self.said, []) if is_all else ([], self.said)
        self.at, self.since = (self.at, 0) if is_all else (None, len(self.held))
        self.missed, self.held, self.said, self.known, self.cursor = [], [], [], None, 0
        return lines, again, unknown

    def answered(self):
        del self.said[:1], self.own[:1]

    def arrives(self, text):  # of two that are alike it is the first that it can be: they have kept their order
        if text in self.said[self.cursor:]:
            self.cursor = self.said.index(text, self.cursor)
            del self.said[self.cursor]

    def lost(self):  # the connection
        for text in self.own:
            self.arrives(text)
        if self.known is not None:
            self.since = self.known
        self.own, self.held, self.known = [], [], None
        if self.is_leaving:
            self.waiting.append((LEAVE_REQ, None))
# ANCHOR_END: kept
