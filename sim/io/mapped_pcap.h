// Packets of a plain pcap file read in place: the file is mapped into memory and no byte is copied.
//
// Gives exactly what libpcap gives for the same file, its words for a cut or damaged file included;
// only times after 2038 and before 1970 are told apart the other way (as unsigned, see
// docs/captures.md). Pages behind the reader are given back, so memory stays bounded while the
// bytes stay valid. When the end is reached the file is looked at again, in case it has grown; a
// file that has shrunk ends there. A file that is cut short by others in the very moment in which
// it is read kills the process (SIGBUS), as with any mapped file.

#ifndef SWITCHFAULT_IO_MAPPED_PCAP_H_
#define SWITCHFAULT_IO_MAPPED_PCAP_H_

#include <memory>

#include <switchfault/capture.h>

namespace switchfault {

// Null when this is no regular file, no pcap file of the common forms with a link layer that is
// read, or cannot be mapped. The descriptor is then as before, else the source closes it.
std::unique_ptr<PacketSource> map_pcap(int descriptor);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_MAPPED_PCAP_H_
