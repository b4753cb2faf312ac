"""Rehearsals: a flow walked in memory as the person would meet it, with what comes of it."""

from service.usecases.rehearsal.beginning import CannotBegin
from service.usecases.rehearsal.choosing import choose
from service.usecases.rehearsal.outcome import Outcome, Reason, differences
from service.usecases.rehearsal.paths import Way, Ways, ways_through
from service.usecases.rehearsal.playing import Differs, Played, play, ways_of
from service.usecases.rehearsal.recording import Recording
from service.usecases.rehearsal.rehearsal import CannotHappen, Happening, Rehearsal
from service.usecases.rehearsal.saying import Piece, Said
from service.usecases.rehearsal.stage import Scene, Stage, scene_now, scene_of
from service.usecases.rehearsal.telling import read_stories, story_problems, tell

__all__ = [
    "CannotBegin",
    "CannotHappen",
    "Differs",
    "Happening",
    "Outcome",
    "Piece",
    "Played",
    "Reason",
    "Recording",
    "Rehearsal",
    "Said",
    "Scene",
    "Stage",
    "Way",
    "Ways",
    "choose",
    "differences",
    "play",
    "read_stories",
    "scene_now",
    "scene_of",
    "story_problems",
    "tell",
    "ways_of",
    "ways_through",
]
