// SPDX-License-Identifier: Apache-2.0
#include "command.h"

namespace discern::cli {
namespace {

const Command kCommands[] = {
    {"examine", "IMAGE...", "everything below into one case folder",
     "Reads each byte of evidence once: digests, sector checks and the search for files run side\n"
     "by side. Then file systems are walked into a timeline, files are carved, and the case "
     "folder\n"
     "is written: report.html for people, report.json and JSON Lines for machines, "
     "MANIFEST.sha256.\n"
     "Several images get a sub-folder each and an index.html. What was stopped, by a kill or a "
     "full\n"
     "disk, goes on with --resume.",
     "  # a floppy image\n"
     "  discern examine floppy.imz -o case\n"
     "  # a disc image by its cue sheet\n"
     "  discern examine disc.cue -o case\n"
     "  # a shelf of images\n"
     "  discern examine *.img -o cases\n"
     "  # the same, after the power was cut\n"
     "  discern examine *.img -o cases --resume",
     1, -1, run_examine},
    {"info", "IMAGE...", "what it is: format, geometry, tracks, volumes, findings",
     "Opens the image, says which format it is and why (-v), which files belong to it, which "
     "views\n"
     "of the medium there are, and what is odd. Reads headers only.",
     "  # for people, with the bytes that prove the format\n"
     "  discern info -v floppy.imz\n"
     "  # for scripts\n"
     "  discern info --json disc.cue\n"
     "  # as something else than its content says\n"
     "  discern info -i raw disc.img",
     1, -1, run_info, true},
    {"hash", "IMAGE...", "digests of every evidence file and view",
     "One pass over every evidence file as found and every view made from it. What could not be\n"
     "read is stated with each digest.",
     "  # MD5, SHA-1 and SHA-256\n"
     "  discern hash floppy.imz\n"
     "  # others\n"
     "  discern hash -a sha512,blake3 disc.cue\n"
     "  # of each MiB and of every file, too\n"
     "  discern hash --piece 1MiB --entries disk.img\n"
     "  # which files are in hash sets?\n"
     "  discern hash --known NSRL.db --notable looked-for.md5 disk.img\n"
     "  # for scripts\n"
     "  discern hash --json disk.E01",
     1, -1, run_hash, true},
    {"verify", "IMAGE|CASE...", "against stored digests, references, EDC and P/Q",
     "Compares what the evidence says of itself (CRC in IMZ and gzip, digests in EWF, EDC and "
     "parity\n"
     "of CD sectors) with what is computed now, and with the files of digests beside it: sums, "
     "SFV,\n"
     "hashdeep, DFXML, DAT, logs of FTK Imager, guymager, dc3dd, dcfldd. What differs is located:\n"
     "sectors, and the files that own them. A case folder is checked against its manifest, audit\n"
     "log, signature and time stamp. -o writes what was found into a case folder: that of "
     "`examine`,\n"
     "without the search for files by their structure.",
     "  # is this IMZ intact?\n"
     "  discern verify floppy.imz\n"
     "  # against a list of digests, whole or by pieces\n"
     "  discern verify --against disk.hashdeep disk.img\n"
     "  # was this case folder changed?\n"
     "  discern verify case --signer key.pub\n"
     "  # every sector of a raw disc\n"
     "  discern verify disc.bin\n"
     "  # a report of it for the file, with the case's number\n"
     "  discern verify disk.E01 -o case --case-number 7/2026\n"
     "  # what P and Q can repair of it, byte by byte\n"
     "  discern verify --repairs repairs.jsonl disc.bin\n"
     "  # for scripts: exit status 1 when something does not match\n"
     "  discern verify --json -q disk.E01",
     1, -1, run_verify},
    {"prove", "IMAGE|PROOF...", "that a file's bytes are part of a hashed image",
     "Writes a proof: the pieces of the view that the file lies in, and the nodes of a hash tree\n"
     "(RFC 6962) that lead to one root over all pieces, which the report of `examine` states. "
     "--check\n"
     "needs the proof and the root only. That these bytes are the file of that name is what the\n"
     "file system says; the proof shows where they stand.",
     "  # make one\n"
     "  discern prove floppy.imz --file /docs/minutes.txt -o minutes.proof\n"
     "  # check it against the report\n"
     "  discern prove --check minutes.proof --report case\n"
     "  # against a root that was written down\n"
     "  discern prove --check minutes.proof --root 0123...",
     1, -1, run_prove, true},
    {"list", "IMAGE...", "file system entries, deleted ones included",
     "Walks every file system of the view: FAT, ISO 9660 and UDF by our own code, others by\n"
     "libtsk. With --cross-check FAT and ISO 9660 are read by both; each difference is listed "
     "with\n"
     "its cause, and the exit status is 1 when one has none.",
     "  # names, times, states\n"
     "  discern list floppy.imz\n"
     "  # with the runs of each file\n"
     "  discern list --json disc.cue\n"
     "  # of a later session\n"
     "  discern list 'disc.cue#session=2'\n"
     "  # do two independent readers agree?\n"
     "  discern list --cross-check floppy.imz",
     1, -1, run_list, true},
    {"timeline", "IMAGE...", "file system times as events, sorted",
     "Every time of every entry becomes an event with its precision, its zone as far as it is "
     "known,\n"
     "and whether it is valid. Nothing is dropped, and nothing is shifted unless --zone says so.\n"
     "With --body the operands are body files, listed as mactime lists them.",
     "  # JSON Lines\n"
     "  discern timeline floppy.imz\n"
     "  # for mactime\n"
     "  discern timeline -f body floppy.imz > body.txt\n"
     "  # as mactime prints it\n"
     "  discern timeline -f csv disc.cue > timeline.csv\n"
     "  # in place of mactime -d -y -b body.txt 2003-01-15..2003-02-01\n"
     "  discern timeline --body -f csv --from 2003-01-15 --to 2003-01-31 body.txt\n"
     "  # one page to look at\n"
     "  discern timeline -f html --zone Europe/Berlin floppy.imz > timeline.html",
     1, -1, run_timeline, true},
    {"carve", "IMAGE...", "files found by their structure",
     "Looks for headers at sector starts of the view and follows each file's structure to its "
     "end.\n"
     "Says how sure that is and where every byte lies on the medium and in the evidence file.",
     "  # all types\n"
     "  discern carve floppy.imz -o carved\n"
     "  # only pictures, only the list\n"
     "  discern carve -t jpeg,png,gif --list-only --json disc.cue\n"
     "  # on a raw CD without any descriptor\n"
     "  discern carve disc.bin -o carved",
     1, -1, run_carve, true},
    {"cat", "IMAGE...", "the bytes of a view or a file to standard output",
     "Stops with exit status 2 at the first byte that cannot be read; with --keep-going it writes\n"
     "zeros for such bytes, says where, and ends with status 1. An audio track comes as on the "
     "disc,\n"
     "as it is hashed: samples of 16 bits, little-endian, left and right in turn; with --wav as a\n"
     "file that players take.",
     "  # the disk inside an IMZ\n"
     "  discern cat floppy.imz > floppy.img\n"
     "  # the 2048-byte sectors of a raw CD\n"
     "  discern cat --view data disc.cue > disc.iso\n"
     "  # one file of a file system\n"
     "  discern cat --file /docs/minutes.txt disc.cue > minutes.txt\n"
     "  # with the sectors that P and Q can repair\n"
     "  discern cat --view repaired disc.cue > disc.iso\n"
     "  # one track\n"
     "  discern cat 'disc.cue#track=2' > track2.pcm\n"
     "  discern cat --wav 'disc.cue#track=2' > track2.wav",
     1, -1, run_cat, true},
    {"mount", "IMAGE DIR", "the image as a folder of files, read-only",
     "Shows every view as a file (media.raw, data.iso, track02.wav, repaired.iso ...), the entries "
     "of\n"
     "its file systems below files/ and deleted/, and digests, findings and information as text. "
     "Ends\n"
     "with Ctrl-C or `fusermount3 -u DIR`. What cannot be read is an error for whoever reads it.\n"
     "With --carved the files of a carve list are shown in carved/, without a copy of them.",
     "  # a raw CD for programs that want an ISO\n"
     "  discern mount disc.cue /mnt & 7z l /mnt/data.iso\n"
     "  # copy a deleted file\n"
     "  discern mount --background floppy.imz /mnt && cp /mnt/deleted/_OTE.TXT .\n"
     "  # check every view again with other programs\n"
     "  discern mount --background disc.cue /mnt && cd /mnt && sha256sum -c SHA256SUMS\n"
     "  # carved files in place\n"
     "  discern carve --list-only --json disk.img > list && discern mount --carved list disk.img "
     "/mnt",
     2, 2, run_mount},
    {"convert", "IMAGE", "a view written as another format, and read back",
     "Formats are raw, iso, bin (with cue sheet), ccd, wav (an audio track) and imz; the output's\n"
     "extension or --to decides. Files get their names only when they were read back through\n"
     "discern's own readers with the same SHA-256. Stops at the first byte that cannot be read;\n"
     "with --keep-going zeros stand for such bytes, it says where, and ends with status 1.",
     "  # a raw CD as ISO\n"
     "  discern convert disc.cue -o disc.iso\n"
     "  # an ISO as 2352-byte sectors, with EDC and P/Q, and a cue sheet\n"
     "  discern convert disc.iso -o disc.cue\n"
     "  # an audio track\n"
     "  discern convert 'disc.cue#track=2' -o track2.wav\n"
     "  # the disk inside an IMZ\n"
     "  discern convert floppy.imz -o floppy.img",
     1, 1, run_convert, true},
    {"casedb", "DATABASE IMAGE", "an image's digests and origin into a TSK case database",
     "tsk_loaddb leaves MD5, SHA-1, SHA-256 and the acquisition details of an image empty. They "
     "are\n"
     "filled in, in one transaction, for the row that belongs to the image. What stands there "
     "already\n"
     "is never overwritten; another digest there is status 1.",
     "  # a case database of an IMZ\n"
     "  discern run -- tsk_loaddb -d case.db floppy.imz && discern casedb case.db floppy.imz\n"
     "  # of one session of a disc\n"
     "  discern casedb case.db 'disc.cue#session=2'\n"
     "  # for scripts\n"
     "  discern casedb --json case.db disk.img",
     2, 2, run_casedb},
    {"run", "-- PROGRAM [ARGUMENT...]", "a program of The Sleuth Kit with our formats",
     "Starts the program with the plugin loaded, so that it opens IMZ files and raw discs like "
     "any\n"
     "disk image. Files that The Sleuth Kit reads itself are left to it.",
     "  # list files\n"
     "  discern run -- fls -r -p floppy.imz\n"
     "  # extract one\n"
     "  discern run -- icat disc.cue 30 > file\n"
     "  # fill a case database\n"
     "  discern run -- tsk_loaddb -d case.db floppy.imz\n"
     "  # programs that do so by themselves: a folder to put first in PATH\n"
     "  discern run --wrappers ~/tsk && PATH=~/tsk:$PATH fls floppy.imz",
     0, -1, run_run},
    {"doctor", "[PROGRAM...]", "whether `run` can help a program, and what else does",
     "Reads the program's file and those of its libraries: is it linked with libtsk, and can the\n"
     "plugin stand between them? Runs nothing. Status 1 when it cannot: the line says what to do\n"
     "instead. Without a program: the plugin itself, and every program of The Sleuth Kit in PATH.",
     "  # is everything in place?\n"
     "  discern doctor\n"
     "  # one program\n"
     "  discern doctor fls\n"
     "  # for scripts\n"
     "  discern doctor --json /usr/lib/python3/dist-packages/pytsk3*.so",
     0, -1, run_doctor},
    {"batch", "plan|run|merge|postgresql|slurm ...", "many images: plan, run, merge",
     "`plan FOLDER... -o JOBS` lists the images below folders (or in text files, a path a line);\n"
     "segments and the files of a descriptor are part of their image. `run JOBS` works on the "
     "plan\n"
     "with all cores; it can be stopped and started again, and run on several machines at once\n"
     "(--part K/N). `merge JOBS... -o DIR` makes merged.jsonl, collection.sqlite and index.html "
     "of\n"
     "the records, the same whoever wrote them; it refuses when images or ranges are missing.\n"
     "`postgresql DIR` prints the same database for psql, `slurm JOBS` a job array for sbatch.\n"
     "With `plan --range SIZE` the carving of a larger medium is jobs of that many bytes, which "
     "are\n"
     "merged to what one job for all finds.",
     "  # a shelf\n"
     "  discern batch plan /shelf -o jobs && discern batch run jobs && discern batch merge jobs -o "
     "result\n"
     "  # which images hold this file system or file, by its digest\n"
     "  sqlite3 result/collection.sqlite \"select image, object from object where sha256 = "
     "'...'\"\n"
     "  # the database on a server\n"
     "  discern batch postgresql result | psql collection\n"
     "  # a cluster with shared storage\n"
     "  discern batch slurm jobs | sbatch",
     1, -1, run_batch},
    {"selftest", "", "known answers, computed by the installed program",
     "Digests, the codec of disc sectors, small images of other programs, the plugin: each is "
     "computed\n"
     "here and compared with what standards and other programs say. One line each; status 1 when "
     "one\n"
     "differs. Takes a second. Temporary files go to TMPDIR.",
     "  # may this installation be used?\n"
     "  discern selftest\n"
     "  # for the record of a case\n"
     "  discern selftest --json > selftest.jsonl\n"
     "  # only what is wrong\n"
     "  discern selftest | grep -v ^pass",
     0, 0, run_selftest},
    {"formats", "", "the formats that are read", "The table that everything else uses.",
     "  # for people\n"
     "  discern formats\n"
     "  # for scripts\n"
     "  discern formats --json\n"
     "  # one of them by force\n"
     "  discern info -i raw_cd disc.img",
     0, 0, run_formats},
    {"generate", "man|bash|zsh|fish", "the man page, or a shell's completions",
     "Written from the tables of commands, options and formats, to standard output.",
     "  # read it\n"
     "  discern generate man | man -l -\n"
     "  # in this shell\n"
     "  source <(discern generate bash)\n"
     "  # for every zsh\n"
     "  discern generate zsh > /usr/local/share/zsh/site-functions/_discern",
     1, 1, run_generate},
};

std::vector<std::string> arguments_of_process;

}  // namespace

std::span<const Command> command_table() { return kCommands; }

// The report quotes them: without a password.
void remember_arguments(int count, char** arguments) {
  arguments_of_process.assign(arguments, arguments + count);
  constexpr std::string_view kPassword = "--password";
  constexpr std::string_view kHidden = "(not recorded)";
  for (std::size_t i = 0; i < arguments_of_process.size(); ++i) {
    std::string& argument = arguments_of_process[i];
    if (argument.starts_with(std::string(kPassword) + "="))
      argument = std::string(kPassword) + "=" + std::string(kHidden);
    if (i > 0 && arguments_of_process[i - 1] == kPassword) argument = kHidden;
  }
}

const std::vector<std::string>& process_arguments() { return arguments_of_process; }

}  // namespace discern::cli
