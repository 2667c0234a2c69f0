# variables.tf, outputs.tf and this file are the same for every environment, which links to them.

terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.26, < 8"
    }
    time = {
      source  = "hashicorp/time"
      version = ">= 0.13, < 1"
    }
  }
}

provider "google" {
  project               = var.project_id
  region                = var.region
  billing_project       = var.project_id
  user_project_override = true # budgets are asked for in this project's name

  # On everything that takes labels.
  default_labels = {
    application = "tillpulse"
    environment = basename(abspath(path.root))
  }
}
