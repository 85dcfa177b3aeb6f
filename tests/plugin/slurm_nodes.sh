# SPDX-License-Identifier: Apache-2.0
# By hand, as root, about five minutes: three Slurm nodes on this host work on a plan, one of them is
# killed meanwhile; the merged result is that of one process. Needs slurm-wlm and munge of Debian 12.
# Usage: DISCERN_BUILD=build/release tests/plugin/slurm_nodes.sh [IMAGES]
DISCERN_CORPUS=${DISCERN_CORPUS:-}
DISCERN_BUILD=$(realpath "$DISCERN_BUILD")
. "$(dirname "$0")/common.sh"
command -v slurmctld > /dev/null && command -v munged > /dev/null || { echo "no Slurm: skipped"; exit 77; }
here=$(realpath "$(dirname "$0")")
chmod 755 "$work"
cd "$work" || exit 1
daemons=()
stop() {
  for pid in "${daemons[@]}"; do kill "$pid" 2> /dev/null; done
  for file in "$work"/*.pid; do [ -e "$file" ] && kill -9 "$(cat "$file")" 2> /dev/null; done
  rm -rf "$work"
}
trap stop EXIT

make_floppy base.img
python3 "$here/../bench/shelf.py" "${1:-600}" base.img shelf > /dev/null
"$discern" batch plan shelf -o jobs
cp -r jobs alone
"$discern" batch run -q alone
"$discern" batch merge alone -o alone.merged

mkdir -p /run/munge && chown munge: /run/munge
runuser -u munge -- munged --foreground & daemons+=($!)
sleep 2
munge -n | unmunge > /dev/null || fail "munge"
host=$(hostname -s)
cat > slurm.conf <<EOF
ClusterName=shelf
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobRequeue=1
SlurmdTimeout=15
ReturnToService=2
SlurmdParameters=config_overrides
AccountingStorageType=accounting_storage/none
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool.%n
SlurmdPidFile=$work/%n.pid
SlurmdLogFile=$work/%n.log
SlurmctldPidFile=$work/slurmctld.pid
SlurmctldLogFile=$work/slurmctld.log
NodeName=w[1-3] NodeHostname=$host NodeAddr=127.0.0.1 Port=[17001-17003] CPUs=2 RealMemory=2000 State=UNKNOWN
PartitionName=lab Nodes=w[1-3] Default=YES MaxTime=INFINITE State=UP
EOF
export SLURM_CONF=$work/slurm.conf
mkdir state spool.w1 spool.w2 spool.w3
slurmctld -D -f "$SLURM_CONF" > /dev/null 2>&1 & daemons+=($!)
sleep 2
for node in w1 w2 w3; do slurmd -D -N $node -f "$SLURM_CONF" > /dev/null 2>&1 & daemons+=($!); done
sleep 5
sinfo

# Two dozen tasks, with a pause in each so that there is something to kill.
"$discern" batch slurm jobs | sed "s/--array=1-[0-9]*/--array=1-24/; s|/[0-9]*\\(\" '.*'\\)\$|/24\\1|; s|^exec discern|sleep 6; exec $discern|" > array.sh
sbatch -o "$work/task.%a.log" array.sh || fail "sbatch"
sleep 8
# The node dies: its daemon, the daemons of its steps and what they started.
for pid in "$(cat w1.pid)" $(pgrep slurmstepd); do
  readlink "/proc/$pid/fd/"* 2> /dev/null | grep -qF "$work/w1.log" || continue
  for child in $(pgrep -P "$pid"); do
    for grandchild in $(pgrep -P "$child"); do kill -9 "$grandchild" 2> /dev/null; done
    kill -9 "$child" 2> /dev/null
  done
  kill -9 "$pid" 2> /dev/null
done
echo "killed w1 at $(date +%T)"
for _ in $(seq 100); do
  [ -z "$(squeue -h)" ] && break
  sleep 5
done
echo "queue empty at $(date +%T)"
grep -h 'requeue\|not responding' slurmctld.log | head -5
"$discern" batch merge jobs -o spread.merged || fail "records are missing"
cmp alone.merged/merged.jsonl spread.merged/merged.jsonl || fail "another merged.jsonl"
cmp alone.merged/index.html spread.merged/index.html || fail "another index.html"
finish
