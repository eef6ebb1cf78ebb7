// Packets of a pcap file as libpcap reads them from a stream: every form and byte order, and its
// words for what is wrong. Of pcapng it would read files with one link type only, see
// io/pcapng_reader.h.

#ifndef SWITCHFAULT_IO_LIBPCAP_READER_H_
#define SWITCHFAULT_IO_LIBPCAP_READER_H_

#include <memory>
#include <string>

#include <switchfault/capture.h>

#include "io/byte_stream.h"

namespace switchfault {

// Null when libpcap refuses the file; then `refusal` has its words.
std::unique_ptr<PacketSource> read_with_libpcap(BufferedStream stream, std::string& refusal);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_LIBPCAP_READER_H_
