"""Every word of the page that is not an article's or the user's: plain text, escaped where it is put in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Strings:
    """The words of one language. A field without a value cannot be left out, so no language can lack one."""

    language: str  # BCP 47, for the page's `lang`
    direction: str  # "ltr" or "rtl"
    months: tuple[str, ...]
    date: str

    title: str
    welcome: str
    promise: str
    placeholder: str
    question_label: str
    conversation_label: str
    examples_label: str
    clear: str
    ask: str
    stop: str

    looking: str
    stopped: str
    empty_question: str
    question_too_long: str
    index_unusable: str
    failed: str

    understood: str
    partial: str
    struck: str
    sources: str
    stories: str
    story: str
    told_by: str
    timeline: str
    refused: str
    nearest: str
    nearest_is_no_answer: str

    filters: str
    active_filters: str
    clear_filters: str
    remove_filter: str
    since: str
    until: str
    as_of: str
    source: str
    no_date: str
    since_after_until: str
    source_unknown: str
    source_meant: str

    actions_label: str
    copy: str
    copied: str
    not_copied: str
    asked_next: str
    download_markdown: str
    download_json: str
    link: str
    link_copied: str
    again: str
    helpful: str
    unhelpful: str
    word: str
    send: str
    thanks: str
    feedback_lost: str
    feedback_too_long: str

    holds_dates: str
    holds_names: str
    first_reading: str
    not_ready: str

    article_list: str
    article_list_label: str
    back: str
    look_for: str
    page_of: str
    previous_page: str
    next_page: str
    upload: str
    upload_note: str
    update: str
    updating: str
    of_total: str
    so_far: str
    updated: str
    up_to_date: str
    update_failed: str
    added: str
    refused_files: str
    and_more: str
    wrong_format: str
    known_file: str
    other_file: str
    not_written: str

    conversations: str
    kept_here: str
    rename: str
    new_name: str
    delete: str
    really_delete: str

    panel_label: str
    close: str
    undated: str
    quote_of: str
    previous_quote: str
    next_quote: str
    quote_moved: str
    quote_gone: str
    article_gone: str
    cite_unknown: str
    no_article: str
    left_out: str

    articles: str
    article: str
    passages: str
    passage: str
    no_dates: str
    indexed: str
    status_unknown: str


ENGLISH = Strings(
    language="en",
    direction="ltr",
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    date="{day} {month} {year}",
    title="Ask the articles",
    welcome="What would you like to know?",
    promise="Answers are sentences from the articles themselves. Click a marker to see where one stands.",
    placeholder="Ask about the articles",
    question_label="Your question",
    conversation_label="Conversation",
    examples_label="Questions these articles answer",
    clear="New conversation",
    ask="Ask",
    stop="Stop",
    looking="Reading the articles …",
    stopped="Stopped.",
    empty_question="Type a question first.",
    question_too_long="That is {length:,} characters; a question may have up to {limit:,}. Please shorten it.",
    index_unusable="The articles cannot be searched right now: {problem}",
    failed="Something went wrong while answering. The server's log says what; please ask again.",
    understood="Understood as",
    partial="The articles answer this in part.",
    struck="not found in the articles",
    sources="Sources",
    stories="{count} independent stories in {articles} articles",
    story="1 story in {articles} articles",
    told_by="told by {count} articles",
    timeline="Cited articles by date",
    refused="The articles do not say.",
    nearest="Closest in the articles",
    nearest_is_no_answer="Not an answer, only the nearest coverage.",
    filters="Filters",
    active_filters="Active filters",
    clear_filters="Clear all",
    remove_filter="Remove the filter {filter}",
    since="From",
    until="To",
    as_of="As of",
    source="Source",
    no_date="One of the dates is none: write it as 2023-07-15.",
    since_after_until="The first day is after the last one.",
    source_unknown="No article names {source} as its source.",
    source_meant="The nearest is {source}.",
    actions_label="With this answer",
    copy="Copy with citations",
    copied="Copied, with its citations.",
    not_copied="The browser does not let this page copy.",
    asked_next="This is asked next.",
    download_markdown="Download .md",
    download_json="Download .json",
    link="Copy link",
    link_copied="Copied a link that asks this question.",
    again="Ask again",
    helpful="Helpful",
    unhelpful="Not helpful",
    word="A word on why, if you like",
    send="Send",
    thanks="Thank you.",
    feedback_lost="This could not be kept; the server's log says why.",
    feedback_too_long="This answer is too long for its rating to be kept.",
    holds_dates="Dates",
    holds_names="Often named",
    first_reading="The articles are being read for the first time. You can ask as soon as that is done.",
    not_ready="The articles are still being read for the first time. Ask again in a moment.",
    article_list="Articles",
    article_list_label="The articles",
    back="Back to the conversation",
    look_for="Look for a title, source, date or file",
    page_of="Page {number} of {count}",
    previous_page="Previous",
    next_page="Next",
    upload="Add articles",
    upload_note="Drop files here, or choose them: {formats}; up to {limit:g} MB, in .jsonl a record.",
    update="Update now",
    updating="Reading the articles …",
    of_total="{done:,} of {total:,}",
    so_far="{done:,} so far",
    updated="{added} added, {changed} changed, {removed} removed.",
    up_to_date="Nothing has changed: all articles are indexed.",
    update_failed="The articles could not be read: {problem}",
    added="Files kept: {count}.",
    refused_files="Left out",
    and_more="and {count} more",
    wrong_format="not one of the formats {formats}",
    known_file="already there",
    other_file="another file of this name is there; rename yours",
    not_written="could not be kept: {problem}",
    conversations="Conversations",
    kept_here="Kept in this browser only.",
    rename="Rename",
    new_name="New name",
    delete="Delete",
    really_delete="Really delete?",
    panel_label="Article",
    close="Close",
    undated="undated",
    quote_of="Quote {number} of {count}",
    previous_quote="Previous quote",
    next_quote="Next quote",
    quote_moved="The article has changed since this was quoted; the sentence now stands elsewhere in it.",
    quote_gone="The article has changed since this was quoted, and the sentence is no longer in it. It read:",
    article_gone="This article is no longer among the indexed ones. The sentence read:",
    cite_unknown="This marker belongs to a conversation that the server no longer holds. Please ask again.",
    no_article="This article is no longer among the indexed ones.",
    left_out="{count:,} characters not shown",
    articles="{count:,} articles",
    article="1 article",
    passages="{count:,} passages",
    passage="1 passage",
    no_dates="no dates",
    indexed="indexed {moment}",
    status_unknown="The index cannot be read right now.",
)
