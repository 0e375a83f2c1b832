"""What operators watch gatherly by: alert rules, the dashboard and the runbook."""
