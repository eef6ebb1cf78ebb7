// Packets of a pcapng file (draft-ietf-opsawg-pcapng), read block by block from a stream.
//
// libpcap opens such files too, but stops inside them when a second interface has another link type
// or snapshot length; here each interface has its own link type, resolution and offset of time, and
// sections follow one another in either byte order. Blocks that hold no packet are passed over.
// A simple packet block has no time: it is read as 0. Not read: options of packets, compressed
// custom blocks, decryption secrets.

#ifndef SWITCHFAULT_IO_PCAPNG_READER_H_
#define SWITCHFAULT_IO_PCAPNG_READER_H_

#include <cstdint>
#include <memory>

#include <switchfault/capture.h>

#include "io/byte_stream.h"

namespace switchfault {

// Block types, which are the same in either byte order for the first.
inline constexpr std::uint32_t kSectionHeaderBlock = 0x0a0d0d0a;
inline constexpr std::uint32_t kInterfaceBlock = 1;
inline constexpr std::uint32_t kPacketBlock = 2;  // Obsolete, still met.
inline constexpr std::uint32_t kSimplePacketBlock = 3;
inline constexpr std::uint32_t kEnhancedPacketBlock = 6;
inline constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;

std::unique_ptr<PacketSource> read_pcapng(BufferedStream stream);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_PCAPNG_READER_H_
