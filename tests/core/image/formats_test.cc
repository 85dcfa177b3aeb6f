// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "corpus.h"
#include "discern/image.h"
#include "tool.h"

namespace discern {
namespace {

using tests::corpus;
using tests::TemporaryFolder;

bool has_finding(const Image& image, std::string_view code) {
  for (const Finding& finding : image.findings)
    if (finding.code == code) return true;
  return false;
}

TEST(Formats, HasUniqueIdsAndEndsInRaw) {
  std::set<std::string_view> ids;
  for (const Format& row : formats()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_FALSE(row.name.empty());
    EXPECT_EQ(find_format(row.id), &row);
  }
  EXPECT_EQ(formats().back().id, "raw");
  EXPECT_EQ(find_format("no such format"), nullptr);
}

TEST(OpenImage, SaysThatAFileIsMissing) {
  const TemporaryFolder folder;
  const auto image = open_image((folder.path() / "absent.img").string());
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::missing);
}

TEST(OpenImage, RefusesAnEmptyFileWhateverTheFormat) {
  const TemporaryFolder folder;
  const std::string path = folder.write("empty.img", {});
  for (const char* format : {"", "raw", "ewf"}) {
    const auto image = open_image(path, {.format = format});
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().code, Errc::corrupt);
    EXPECT_EQ(describe(image.error()), path + ": the file is empty");
  }
}

TEST(OpenImage, RefusesAnUnknownFormatName) {
  const TemporaryFolder folder;
  const auto image = open_image(folder.write("a.img", as_bytes("x")), {.format = "floppy"});
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::missing);
}

TEST(OpenImage, RefusesAForcedFormatThatTheContentIsNot) {
  const TemporaryFolder folder;
  const auto image = open_image(folder.write("a.e01", as_bytes("no EWF")), {.format = "ewf"});
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::not_this);
}

TEST(OpenImage, OpensOneByteAsRawAndSaysItIsOdd) {
  const TemporaryFolder folder;
  const auto image = open_image(folder.write("one.img", as_bytes("x")));
  ASSERT_TRUE(image);
  EXPECT_EQ(image->format, "raw");
  EXPECT_EQ(image->main_view().source->size(), 1U);
  EXPECT_TRUE(has_finding(*image, "raw.odd-size"));
}

TEST(OpenImage, LetsContentDecideAndReportsAnotherExtension) {
  const TemporaryFolder folder;
  const std::vector<std::byte> zeros(512);
  const auto named_e01 = open_image(folder.write("disk.E01", zeros));
  ASSERT_TRUE(named_e01);
  EXPECT_EQ(named_e01->format, "raw");
  EXPECT_TRUE(has_finding(*named_e01, "image.extension-disagrees"));

  const auto named_img = open_image(folder.write("disk.img", zeros));
  ASSERT_TRUE(named_img);
  EXPECT_FALSE(has_finding(*named_img, "image.extension-disagrees"));
  const auto without = open_image(folder.write("disk", zeros));
  ASSERT_TRUE(without);
  EXPECT_FALSE(has_finding(*without, "image.extension-disagrees"));
}

TEST(OpenImage, TakesForeignContainersForRawOnlyWhenTold) {
  const auto path = corpus("floppy/sector_test_360k.psi");
  SKIP_WITHOUT(path);
  const auto refused = open_image(path.string());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unsupported);
  const auto image = open_image(path.string(), {.format = "raw"});
  ASSERT_TRUE(image);
  EXPECT_EQ(image->main_view().source->size(), 25948U);  // size in the corpus manifest
}

TEST(OpenImage, FillsVolumesAndGeometry) {
  const auto path = corpus("floppy/freedos.boot.disk.1.4MB.img");
  SKIP_WITHOUT(path);
  const auto image = open_image(path.string());
  ASSERT_TRUE(image);
  EXPECT_EQ(image->path, path.string());
  ASSERT_EQ(image->volumes.size(), 1U);
  EXPECT_EQ(image->volumes[0].filesystem, "fat12");
  EXPECT_EQ(image->volumes[0].type, "superfloppy");
  EXPECT_EQ(image->volumes[0].size, 1474560U);
  ASSERT_TRUE(image->geometry);
  EXPECT_EQ(image->geometry->cylinders, 80U);
  EXPECT_EQ(image->geometry->sectors_per_track, 18U);
}

// A FAT floppy whose boot sector is gone opens in tools that insist on one, through `overlay`;
// `media` stays as found.
TEST(OpenImage, OffersAnOverlayForAFloppyWithoutBootSector) {
  SKIP_WITHOUT_TOOL("mformat");
  SKIP_WITHOUT_TOOL("mdir");
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.img").string();
  ASSERT_TRUE(tests::run("mformat -C -f 1440 -i " + path + " :: && dd if=/dev/zero of=" + path +
                         " bs=512 count=1 conv=notrunc"));
  const auto image = open_image(path);
  ASSERT_TRUE(image);
  EXPECT_TRUE(has_finding(*image, "fat.no-bpb"));
  const View* overlay = image->find_view("overlay");
  ASSERT_NE(overlay, nullptr);
  EXPECT_FALSE(overlay->derivation.empty());
  EXPECT_EQ(image->main_view().name, "media");
  EXPECT_EQ(read_head(*image->main_view().source, 512), std::vector<std::byte>(512));

  // The oracle is mdir, which refuses the zeroed floppy (facts: "mdir also fails").
  EXPECT_FALSE(tests::run("mdir -i " + path + " ::"));
  const auto whole = read_exactly(*overlay->source, 0, overlay->source->size());
  ASSERT_TRUE(whole);
  EXPECT_TRUE(tests::run("mdir -i " + folder.write("overlay.img", *whole) + " ::"));
}

TEST(ImageName, SplitsSelectorsOff) {
  EXPECT_EQ(parse_image_name("disc.cue#session=2").view, "session 2");
  EXPECT_EQ(parse_image_name("disc.cue#session=2").path, "disc.cue");
  EXPECT_EQ(parse_image_name("disc.cue#track=3").view, "track 3");
  EXPECT_EQ(parse_image_name("a/b.img#view=overlay").view, "overlay");
  EXPECT_EQ(parse_image_name("plain.img").view, "");
}

TEST(ImageName, KeepsWhatIsNoSelector) {
  for (const char* name : {"disk#1.img", "disk#view=", "disk#track=", "disk#track=x",
                           "disk#track=12345", "disk#part=1", "disk#"}) {
    EXPECT_EQ(parse_image_name(name).path, name);
    EXPECT_EQ(parse_image_name(name).view, "");
  }
}

TEST(ImageName, PrefersAFileOfTheWholeName) {
  const TemporaryFolder folder;
  const std::string path = folder.write("disc#track=1", as_bytes("x"));
  EXPECT_EQ(parse_image_name(path).path, path);
  EXPECT_EQ(parse_image_name(path).view, "");
}

}  // namespace
}  // namespace discern
