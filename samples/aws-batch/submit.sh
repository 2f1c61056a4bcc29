#!/usr/bin/env bash
# Registers the job definition, makes the plan, and submits an array of workers: submit.sh QUEUE WORKERS
set -euo pipefail
cd "$(dirname "$0")"
queue="$1" workers="$2"
aws batch register-job-definition --cli-input-json file://job-definition.json
plan="$(aws batch submit-job --job-name label-plan --job-queue "$queue" --job-definition label \
  --container-overrides '{"command": ["mexp", "label", "Ref::source", "-o", "Ref::output", "--plan"]}' --query jobId --output text)"
# AWS_BATCH_JOB_ARRAY_INDEX and AWS_BATCH_JOB_ARRAY_SIZE say each worker's shard.
aws batch submit-job --job-name label --job-queue "$queue" --job-definition label \
  --array-properties "size=$workers" --depends-on "jobId=$plan"
