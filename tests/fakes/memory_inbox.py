"""Inbox and chat settings held in memory; run through the same contracts as the SQL ones."""

from dataclasses import replace
from datetime import timedelta

from handlers.ports import ChatSettings, InboxItem, InboxState, UnaskedReply


class MemoryInbox:
    def __init__(self):
        self.items = {}

    def receive(self, platform, messages, *, at):
        new = [each for each in messages if (platform, each) not in self.items]
        for each in new:
            self.items[platform, each] = InboxItem(platform, each, InboxState.RECEIVED, messages[each], "", at)
        return new

    def intend(self, platform, update_id, replies):
        item = self.items.get((platform, update_id))
        if item is None or item.state is not InboxState.RECEIVED:
            return False
        self.items[platform, update_id] = replace(item, state=InboxState.REPLYING, replies=replies)
        return True

    def done(self, platform, update_ids):
        for key in [(platform, each) for each in update_ids]:
            if key in self.items:
                self.items[key] = replace(self.items[key], state=InboxState.ANSWERED, message="", replies="")

    def pending(self, platform):
        waiting = [i for i in self.items.values() if i.platform == platform and i.state is not InboxState.ANSWERED]
        return sorted(waiting, key=lambda i: (i.received_at, i.update_id))

    def prune(self, *, before):
        old = [k for k, i in self.items.items() if i.state is InboxState.ANSWERED and i.received_at < before]
        for key in old:
            del self.items[key]
        return len(old)


class MemoryChatSettingsStore:
    def __init__(self):
        self.chosen = {}
        self.said = {}

    def get(self, platform, chat_id):
        return self.chosen.get((platform, chat_id), ChatSettings(platform, chat_id))

    def put(self, settings):
        self.chosen[settings.platform, settings.chat_id] = settings

    def note_unasked(self, platform, chat_id, fact_check_ids, *, at):
        said = self.said.setdefault((platform, chat_id), {})
        said.update(dict.fromkeys(fact_check_ids, at))
        self.said[platform, chat_id] = {k: v for k, v in said.items() if v >= at - timedelta(days=1)}

    def unasked(self, platform, chat_id, *, since):
        found = [UnaskedReply(k, v) for k, v in self.said.get((platform, chat_id), {}).items() if v >= since]
        return sorted(found, key=lambda each: (each.said_at, each.fact_check_id))

    def move(self, platform, old_chat_id, new_chat_id):
        if old_chat_id == new_chat_id:
            return
        old, new = (platform, old_chat_id), (platform, new_chat_id)
        if old in self.chosen and new not in self.chosen:
            self.chosen[new] = replace(self.chosen[old], chat_id=new_chat_id)
        if old in self.said and not self.said.get(new):
            self.said[new] = self.said[old]
        self.chosen.pop(old, None)
        self.said.pop(old, None)

    def forget(self, platform, chat_id):
        self.chosen.pop((platform, chat_id), None)
        self.said.pop((platform, chat_id), None)
