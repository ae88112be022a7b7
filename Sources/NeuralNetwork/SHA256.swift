/// The hash function SHA-256.
///
/// Ours because the checker links as little as it can; tested with the published vectors.
///
/// - Source: FIPS 180-4, section 6.2.
public struct SHA256: Sendable {
  private var state = SIMD8<UInt32>(
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)

  private init() {}

  /// The digest of some bytes, in 64 lower-case hexadecimal digits.
  public static func hexDigest(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    let wholeCount = bytes.count / 64 * 64
    bytes.withUnsafeBytes { hash.absorb($0, byteCount: wholeCount) }
    var tail = Array(bytes[wholeCount...]) + [0x80]
    tail += Array(repeating: 0, count: (120 - tail.count % 64) % 64)
    withUnsafeBytes(of: (UInt64(bytes.count) * 8).bigEndian) { tail.append(contentsOf: $0) }
    tail.withUnsafeBytes { hash.absorb($0, byteCount: tail.count) }
    return (0..<8).map { hex(hash.state[$0]) }.joined()
  }

  private static func hex(_ word: UInt32) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Takes in whole blocks of 64 bytes.
  private mutating func absorb(_ bytes: UnsafeRawBufferPointer, byteCount: Int) {
    Self.roundConstants.withUnsafeBufferPointer { constants in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
        for start in stride(from: 0, to: byteCount, by: 64) {
          for i in 0..<16 {
            w[i] = UInt32(
              bigEndian: bytes.loadUnaligned(fromByteOffset: start + 4 * i, as: UInt32.self))
          }
          absorb(schedule: w, constants)
        }
      }
    }
  }

  /// Takes in one block, the first 16 words of the schedule.
  @inline(__always)
  private mutating func absorb(
    schedule w: UnsafeMutableBufferPointer<UInt32>, _ constants: UnsafeBufferPointer<UInt32>
  ) {
    for i in 16..<64 {
      let s0 = w[i - 15].rotated(7) ^ w[i - 15].rotated(18) ^ w[i - 15] >> 3
      let s1 = w[i - 2].rotated(17) ^ w[i - 2].rotated(19) ^ w[i - 2] >> 10
      w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for i in stride(from: 0, to: 64, by: 8) {
      // The words change their names from round to round instead of moving.
      Self.round(a, b, c, &d, e, f, g, &h, constants[i] &+ w[i])
      Self.round(h, a, b, &c, d, e, f, &g, constants[i + 1] &+ w[i + 1])
      Self.round(g, h, a, &b, c, d, e, &f, constants[i + 2] &+ w[i + 2])
      Self.round(f, g, h, &a, b, c, d, &e, constants[i + 3] &+ w[i + 3])
      Self.round(e, f, g, &h, a, b, c, &d, constants[i + 4] &+ w[i + 4])
      Self.round(d, e, f, &g, h, a, b, &c, constants[i + 5] &+ w[i + 5])
      Self.round(c, d, e, &f, g, h, a, &b, constants[i + 6] &+ w[i + 6])
      Self.round(b, c, d, &e, f, g, h, &a, constants[i + 7] &+ w[i + 7])
    }
    state &+= [a, b, c, d, e, f, g, h]
  }

  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
    _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ input: UInt32
  ) {
    let s1 = e.rotated(6) ^ e.rotated(11) ^ e.rotated(25)
    let t1 = h &+ s1 &+ (e & f ^ ~e & g) &+ input
    let s0 = a.rotated(2) ^ a.rotated(13) ^ a.rotated(22)
    d &+= t1
    h = t1 &+ s0 &+ (a & b ^ a & c ^ b & c)
  }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}

extension UInt32 {
  fileprivate func rotated(_ count: UInt32) -> UInt32 { self >> count | self << (32 - count) }
}
