-- Each alert says what caused the change, and a muted one which alert mutes it.
alter table fct_alert
    add column cause_zh String comment 'What made the figure change, in parts that sum to the change, Chinese; empty for events from before this column' after message_en,
    add column cause_en String comment 'The same in English' after cause_zh,
    add column muted_by String comment 'Alert that mutes this one, key alert_id; empty unless the event is muted' after cause_en;
