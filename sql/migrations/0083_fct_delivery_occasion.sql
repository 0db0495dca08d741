-- People are also told on occasions that are no event of the alert: a reminder, a due date, the end of a silence.
alter table fct_delivery
    add column occasion LowCardinality(String) comment 'What is told beside the events of an alert, such as reminder:1 or silence_ended:<silence>; empty for an event itself' after event_number;
