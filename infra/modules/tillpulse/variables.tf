# Where everything is, how large, and how it is kept. Other inputs: variables_*.tf.

variable "project_id" {
  description = "The Google Cloud project that everything is in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Expected a project id: 6 to 30 lower-case letters, digits and hyphens."
  }
}

variable "region" {
  description = "Where functions, cache, schedules and sources are."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Expected a region such as europe-west1."
  }
}

variable "firestore_location" {
  description = "A region or multi-region of Firestore, near the functions. It can never be changed."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([a-z]+-[a-z]+[0-9]+|nam[0-9]+|eur[0-9]+)$", var.firestore_location))
    error_message = "Expected a region, or a multi-region such as nam5 or eur3."
  }
}

variable "firestore_database" {
  description = "Id of the database. A restore makes one with another id, which is named here then."
  type        = string
  default     = "tillpulse"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.firestore_database))
    error_message = "Expected 4 to 63 lower-case letters, digits and hyphens, starting with a letter."
  }
}

variable "bigquery_location" {
  description = "Where the archive of events is. It can never be changed."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.bigquery_location) > 0
    error_message = "Expected a location such as EU or us-central1."
  }
}

variable "kms_key" {
  description = "Key of Cloud KMS for everything that is kept but logs: database, topics, archive, sources, images, secrets and cache; empty for Google's keys. It must be in each one's location, and can't be changed for the database."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.kms_key == "" || can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key))
    error_message = "Expected projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>, or nothing."
  }

  validation {
    condition     = var.kms_key == "" || strcontains(var.kms_key, "/locations/${var.region}/") && var.firestore_location == var.region && lower(var.bigquery_location) == var.region
    error_message = "One key serves one location: region, firestore_location, bigquery_location and the key's location must be the same."
  }
}

variable "functions_cidr" {
  description = "Addresses for functions that reach the cache: /26 or larger, more for many instances."
  type        = string
  default     = "10.64.0.0/22"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.functions_cidr, 0)) && tonumber(split("/", var.functions_cidr)[1]) <= 26
    error_message = "Expected a range of addresses of /26 or larger."
  }
}

variable "cache_cidr" {
  description = "Addresses for the endpoints of the cache."
  type        = string
  default     = "10.64.4.0/28"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.cache_cidr, 0)) && tonumber(split("/", var.cache_cidr)[1]) <= 29
    error_message = "Expected a range of addresses of /29 or larger."
  }
}

variable "cache_node_type" {
  description = "Size of a node of the cache."
  type        = string
  default     = "SHARED_CORE_NANO"
  nullable    = false

  validation {
    condition     = contains(["SHARED_CORE_NANO", "STANDARD_SMALL", "HIGHMEM_MEDIUM", "HIGHMEM_XLARGE"], var.cache_node_type)
    error_message = "Expected SHARED_CORE_NANO, STANDARD_SMALL, HIGHMEM_MEDIUM or HIGHMEM_XLARGE."
  }
}

variable "cache_replicas" {
  description = "Copies of the cache beside the first, in other zones."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = contains([0, 1, 2], var.cache_replicas)
    error_message = "Expected 0, 1 or 2."
  }
}

variable "archived_topics" {
  description = "Topics whose events are kept in BigQuery for good. By default those that a recount needs: the others tell of people."
  type        = set(string)
  default     = ["order-created", "order-status-changed", "customer-registered", "email-confirmed"]
  nullable    = false

  validation {
    condition     = !contains(var.archived_topics, "dead-letters")
    error_message = "Dead letters are kept by their function."
  }
}

variable "daily_backup_days" {
  description = "How many days a daily backup is kept."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.daily_backup_days >= 1 && var.daily_backup_days <= 98
    error_message = "Expected 1 to 98 days."
  }
}

variable "weekly_backup_weeks" {
  description = "How many weeks a weekly backup is kept."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.weekly_backup_weeks >= 1 && var.weekly_backup_weeks <= 14
    error_message = "Expected 1 to 14 weeks."
  }
}

variable "protect" {
  description = "Whether database, archive, cache and sources are protected from deletion. `make destroy` needs it false, applied."
  type        = bool
  default     = true
  nullable    = false
}
