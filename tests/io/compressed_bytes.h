// Bytes compressed with gzip and zstd, for tests that read them back.

#ifndef SWITCHFAULT_TESTS_IO_COMPRESSED_BYTES_H_
#define SWITCHFAULT_TESTS_IO_COMPRESSED_BYTES_H_

#include <cstddef>
#include <stdexcept>

#include <zlib.h>
#include <zstd.h>

#include "packet_bytes.h"

namespace switchfault {

inline Bytes gzip_of(Bytes bytes) {
  constexpr int kGzip = 15 + 16;
  z_stream deflater{};
  if (deflateInit2(&deflater, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::runtime_error("no deflater");
  }
  Bytes packed(deflateBound(&deflater, static_cast<uLong>(bytes.size())));
  deflater.next_in = reinterpret_cast<Bytef*>(bytes.data());
  deflater.avail_in = static_cast<uInt>(bytes.size());
  deflater.next_out = reinterpret_cast<Bytef*>(packed.data());
  deflater.avail_out = static_cast<uInt>(packed.size());
  deflate(&deflater, Z_FINISH);
  packed.resize(deflater.total_out);
  deflateEnd(&deflater);
  return packed;
}

inline Bytes zstd_of(const Bytes& bytes) {
  Bytes packed(ZSTD_compressBound(bytes.size()));
  packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3));
  return packed;
}

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_IO_COMPRESSED_BYTES_H_
