-- Every second the chains ask which tries somebody has answered.
create index call_attempt_waiting on call_attempt (notice_id) where state = 'calling';
