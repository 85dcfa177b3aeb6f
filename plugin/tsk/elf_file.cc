// SPDX-License-Identifier: Apache-2.0
// ELF-64, little-endian:
//
//   file header      64 bytes; program headers at e_phoff, e_phnum of 56 bytes
//   PT_LOAD          p_filesz bytes at p_offset are mapped at address p_vaddr
//   PT_INTERP        the loader's path
//   PT_DYNAMIC       pairs (tag, value) up to tag 0; tables are named by address
//   relocation       24 bytes (Elf64_Rela): place, symbol << 32 | type, addend
//   symbol           24 bytes, the first 4 of them the name's offset in DT_STRTAB
#include "elf_file.h"

#include <algorithm>
#include <boost/endian/arithmetic.hpp>
#include <map>
#include <optional>
#include <set>

namespace discern {
namespace {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;
using boost::endian::little_uint64_t;

struct FileHeader {
  std::uint8_t magic[4];
  std::uint8_t bits;        // 2: 64
  std::uint8_t byte_order;  // 1: little-endian
  std::uint8_t rest_of_ident[10];
  little_uint16_t type;
  little_uint16_t machine;
  little_uint32_t version;
  little_uint64_t entry;
  little_uint64_t program_headers;
  little_uint64_t section_headers;
  little_uint32_t flags;
  little_uint16_t header_size;
  little_uint16_t program_header_size;
  little_uint16_t program_header_count;
  little_uint16_t section_fields[3];
};
static_assert(sizeof(FileHeader) == 64);

struct ProgramHeader {
  little_uint32_t type;
  little_uint32_t flags;
  little_uint64_t offset;
  little_uint64_t address;
  little_uint64_t physical;
  little_uint64_t file_size;
  little_uint64_t memory_size;
  little_uint64_t align;
};
static_assert(sizeof(ProgramHeader) == 56);

struct DynamicEntry {
  little_uint64_t tag;
  little_uint64_t value;
};
static_assert(sizeof(DynamicEntry) == 16);

struct Relocation {
  little_uint64_t place;
  little_uint32_t type;
  little_uint32_t symbol;
  little_uint64_t addend;
};
static_assert(sizeof(Relocation) == 24);

struct Symbol {
  little_uint32_t name;
  std::uint8_t rest[20];
};
static_assert(sizeof(Symbol) == 24);

constexpr std::uint32_t kLoad = 1;
constexpr std::uint32_t kDynamic = 2;
constexpr std::uint32_t kInterpreter = 3;

constexpr std::uint64_t kNeeded = 1;
constexpr std::uint64_t kPltRelocationsSize = 2;
constexpr std::uint64_t kStringTable = 5;
constexpr std::uint64_t kSymbolTable = 6;
constexpr std::uint64_t kRelocations = 7;
constexpr std::uint64_t kRelocationsSize = 8;
constexpr std::uint64_t kStringsSize = 10;
constexpr std::uint64_t kRpath = 15;
constexpr std::uint64_t kSymbolic = 16;
constexpr std::uint64_t kPltRelocations = 23;
constexpr std::uint64_t kRunpath = 29;
constexpr std::uint64_t kFlags = 30;
constexpr std::uint64_t kFlagSymbolic = 2;

Error corrupt(std::string text, std::uint64_t offset) {
  return Error{Errc::corrupt, "ELF: " + std::move(text), {}, offset};
}

class Reader {
 public:
  explicit Reader(Bytes file) : file_(file) {}

  Result<ElfFile> read(const std::vector<std::string_view>& wanted) {
    const auto header = read_record<FileHeader>(file_);
    if (!has_text_at(file_, 0, "\177ELF")) return Error{Errc::not_this, "no ELF file"};
    if (!header) return corrupt("the file header is cut", 0);
    if (header->bits != 2 || header->byte_order != 1)
      return Error{Errc::unsupported, "no little-endian 64-bit program"};
    elf_.machine = header->machine;
    if (header->program_header_size != sizeof(ProgramHeader) && header->program_header_count > 0)
      return corrupt("program headers are not 56 bytes long", 54);
    std::optional<ProgramHeader> dynamic;
    for (std::uint64_t i = 0; i < header->program_header_count; ++i) {
      const std::uint64_t first = header->program_headers;
      if (first > file_.size()) return corrupt("program headers lie outside", 32);
      const std::uint64_t at = first + i * sizeof(ProgramHeader);
      const auto part = read_record<ProgramHeader>(file_, at);
      if (!part) return corrupt("a program header lies outside", at);
      if (part->type == kLoad) loads_.push_back(*part);
      if (part->type == kDynamic) dynamic = *part;
      if (part->type == kInterpreter) {
        const auto text = slice(file_, part->offset, part->file_size);
        if (!text) return corrupt("the interpreter's name lies outside", at);
        elf_.interpreter = as_text(*text).substr(0, as_text(*text).find('\0'));
      }
    }
    if (!dynamic) return elf_;
    elf_.dynamic = true;
    if (const Status done = read_dynamic(*dynamic); !done) return done.error();
    if (wanted.empty()) return elf_;
    for (const auto& [table, size] : {std::pair{kRelocations, kRelocationsSize},
                                      std::pair{kPltRelocations, kPltRelocationsSize}})
      if (const Status done = read_relocations(table, size, wanted); !done) return done.error();
    elf_.bound.assign(bound_.begin(), bound_.end());
    return elf_;
  }

 private:
  Status read_dynamic(const ProgramHeader& dynamic) {
    std::vector<std::uint64_t> needed;
    for (std::uint64_t done = 0; done < dynamic.file_size; done += sizeof(DynamicEntry)) {
      if (dynamic.offset > file_.size()) return corrupt("the dynamic segment lies outside", 0);
      const auto entry = read_record<DynamicEntry>(file_, dynamic.offset + done);
      if (!entry) return corrupt("the dynamic segment is cut", dynamic.offset + done);
      if (entry->tag == 0) break;
      if (entry->tag == kNeeded)
        needed.push_back(entry->value);
      else
        values_.try_emplace(entry->tag, entry->value);
    }
    elf_.symbolic = values_.contains(kSymbolic) || (value(kFlags) & kFlagSymbolic) != 0;
    const auto strings = mapped(value(kStringTable), value(kStringsSize));
    if (!strings) return corrupt("the string table lies outside", dynamic.offset);
    strings_ = as_text(*strings);
    for (const std::uint64_t name : needed) {
      const auto text = string_at(name);
      if (!text) return corrupt("a library's name lies outside", dynamic.offset);
      elf_.needed.emplace_back(*text);
    }
    for (const std::uint64_t tag : {kRunpath, kRpath})
      if (elf_.search.empty() && values_.contains(tag))
        elf_.search = string_at(value(tag)).value_or("");
    return Done{};
  }

  Status read_relocations(std::uint64_t table_tag, std::uint64_t size_tag,
                          const std::vector<std::string_view>& wanted) {
    if (!values_.contains(table_tag)) return Done{};
    const auto table = mapped(value(table_tag), value(size_tag));
    if (!table) return corrupt("a relocation table lies outside", 0);
    for (std::uint64_t at = 0; at + sizeof(Relocation) <= table->size(); at += sizeof(Relocation)) {
      const auto relocation = read_record<Relocation>(*table, at);
      if (relocation->symbol == 0) continue;
      const auto place = address_of_symbol(relocation->symbol);
      const auto bytes = place ? mapped(*place, sizeof(Symbol)) : std::nullopt;
      if (!bytes) return corrupt("a symbol lies outside", 0);
      const auto name = string_at(read_record<Symbol>(*bytes)->name);
      if (!name) return corrupt("a symbol's name lies outside", 0);
      if (std::ranges::any_of(wanted, [&](std::string_view word) {
            return name->find(word) != std::string_view::npos;
          }))
        bound_.emplace(*name);
    }
    return Done{};
  }

  std::optional<std::uint64_t> address_of_symbol(std::uint64_t number) const {
    std::uint64_t address = 0;
    if (__builtin_add_overflow(value(kSymbolTable), number * sizeof(Symbol), &address))
      return std::nullopt;
    return address;
  }

  std::uint64_t value(std::uint64_t tag) const {
    const auto found = values_.find(tag);
    return found == values_.end() ? 0 : found->second;
  }

  std::optional<std::string_view> string_at(std::uint64_t offset) const {
    if (offset >= strings_.size()) return std::nullopt;
    const std::string_view from = strings_.substr(offset);
    const std::size_t end = from.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    return from.substr(0, end);
  }

  // The file's bytes that stand at [address, address + size) when it is loaded.
  std::optional<Bytes> mapped(std::uint64_t address, std::uint64_t size) const {
    for (const ProgramHeader& load : loads_) {
      if (address < load.address || address - load.address > load.file_size ||
          size > load.file_size - (address - load.address))
        continue;
      const auto part = slice(file_, load.offset, load.file_size);
      return part ? slice(*part, address - load.address, size) : std::nullopt;
    }
    return std::nullopt;
  }

  Bytes file_;
  ElfFile elf_ = {};
  std::vector<ProgramHeader> loads_ = {};
  std::map<std::uint64_t, std::uint64_t> values_ = {};
  std::string_view strings_ = {};
  std::set<std::string, std::less<>> bound_ = {};
};

}  // namespace

Result<ElfFile> read_elf(Bytes file, std::vector<std::string_view> wanted) {
  return Reader(file).read(wanted);
}

}  // namespace discern
