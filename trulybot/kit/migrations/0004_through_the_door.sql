-- What a mail was made of: where it leaves through the control plane, that makes it anew and sends no other.
ALTER TABLE mails ADD COLUMN source TEXT;
-- In whose name it comes, where that is not the mail server's own; and the address that one click stops such mails at.
ALTER TABLE mails ADD COLUMN from_name TEXT;
ALTER TABLE mails ADD COLUMN stop TEXT;
