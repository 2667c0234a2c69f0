# Who is told of what, and what is kept of it.

variable "alert_emails" {
  description = "Who is written to when something is wrong."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alert_emails : can(regex("^[^@ ]+@[^@ ]+$", address))])
    error_message = "Expected addresses of e-mail."
  }
}

variable "backlog_alert_seconds" {
  description = "How old the oldest unacknowledged message may be."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.backlog_alert_seconds >= 60
    error_message = "Expected 60 seconds or more."
  }
}

variable "error_alert_share" {
  description = "Which share of answers may be errors."
  type        = number
  default     = 0.05
  nullable    = false

  validation {
    condition     = var.error_alert_share > 0 && var.error_alert_share < 1
    error_message = "Expected a share between 0 and 1."
  }
}

variable "card_alert_ms" {
  description = "The alert \"cards are slow\": how long calculating or writing a group's cards may take, in milliseconds; 95th percentile."
  type        = number
  default     = 1000
  nullable    = false

  validation {
    condition     = var.card_alert_ms > 0
    error_message = "Expected a positive number of milliseconds."
  }
}

variable "fresh_within_seconds" {
  description = "How old an order may be when it is counted, to be fresh; 99 of 100 should be."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.fresh_within_seconds >= 1 && var.fresh_within_seconds <= 3600
    error_message = "Expected 1 to 3600 seconds."
  }
}

variable "audit_retention_days" {
  description = "How long audit lines are kept."
  type        = number
  default     = 400
  nullable    = false

  validation {
    condition     = var.audit_retention_days >= 1 && var.audit_retention_days <= 3650 && floor(var.audit_retention_days) == var.audit_retention_days
    error_message = "Expected a whole number of days from 1 to 3650."
  }
}

variable "audit_locked" {
  description = "Whether nobody may shorten the retention or delete the bucket of audit lines. It can't be taken back."
  type        = bool
  default     = false
  nullable    = false
}

variable "billing_account" {
  description = "Billing account for the budget, such as 000000-000000-000000; empty for no budget."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.billing_account == "" || can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.billing_account))
    error_message = "Expected an id such as 01AB23-45CD67-89EF01, or nothing."
  }
}

variable "monthly_budget" {
  description = "Costs of a month that are warned of at 50, 90 and 100 percent."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.monthly_budget >= 1 && floor(var.monthly_budget) == var.monthly_budget
    error_message = "Expected a whole number."
  }
}

variable "budget_currency" {
  description = "Currency of the billing account."
  type        = string
  default     = "USD"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Z]{3}$", var.budget_currency))
    error_message = "Expected a currency such as USD."
  }
}
