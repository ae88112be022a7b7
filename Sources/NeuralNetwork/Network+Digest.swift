internal import ExactArithmetic

extension Network {
  private static let header = "espalier-network/1\n"

  /// The SHA-256 of the canonical form of the network, in 64 lower-case hexadecimal digits.
  ///
  /// - Source: `docs/certificate-format.md`, section 3.
  public var digest: String { SHA256.hexDigest(of: canonicalBytes) }

  /// The canonical form of the network.
  ///
  /// - Source: `docs/certificate-format.md`, section 3.
  public var canonicalBytes: [UInt8] {
    var bytes = Array("\(Self.header)\(scalarType.rawValue)\n".utf8)
    bytes.reserveCapacity(bytes.count + 8 * (parameterCount + 2 * layers.count + 2))
    bytes.append(bigEndian: UInt64(inputCount))
    bytes.append(bigEndian: UInt64(layers.count))
    for layer in layers {
      bytes.append(bigEndian: UInt64(layer.unitCount))
      bytes.append(contentsOf: layer.activations.map { $0 == .relu ? 1 : 0 })
      bytes.append(numbers: layer.weights.elements)
      bytes.append(numbers: layer.biases)
    }
    return bytes
  }

  /// The network with a canonical form, or nil if the bytes are not one.
  public init?(canonicalBytes bytes: [UInt8]) {
    for type in ScalarType.allCases {
      let header = Array("\(Self.header)\(type.rawValue)\n".utf8)
      guard bytes.starts(with: header) else { continue }
      var reader = CanonicalReader(bytes: bytes, position: header.count)
      guard let layers = reader.layers() else { return nil }
      do throws(NetworkError) {
        try self.init(layers: layers, scalarType: type)
        // Only the canonical spelling counts: activations of 0 or 1, no negative zeros.
        guard canonicalBytes == bytes else { return nil }
        return
      } catch {
        return nil
      }
    }
    return nil
  }
}

/// Reads what `Network.canonicalBytes` writes.
private struct CanonicalReader {
  let bytes: [UInt8]
  var position: Int

  mutating func layers() -> [Layer]? {
    guard let inputCount = count(), let layerCount = count() else { return nil }
    var width = inputCount
    var layers: [Layer] = []
    for _ in 0..<layerCount {
      guard let unitCount = count(), bytes.count - position >= unitCount else { return nil }
      let flags = bytes[position..<position + unitCount]
      position += unitCount
      let (entryCount, overflow) = unitCount.multipliedReportingOverflow(by: width)
      guard !overflow, let weights = doubles(entryCount), let biases = doubles(unitCount)
      else { return nil }
      layers.append(
        Layer(
          weights: Matrix(rowCount: unitCount, columnCount: width, elements: weights),
          biases: biases, activations: flags.map { $0 == 1 ? .relu : .identity }))
      width = unitCount
    }
    return position == bytes.count ? layers : nil
  }

  private mutating func count() -> Int? {
    guard let word = word() else { return nil }
    return Int(exactly: word)
  }

  private mutating func doubles(_ count: Int) -> [Double]? {
    guard count <= (bytes.count - position) / 8 else { return nil }
    defer { position += 8 * count }
    return bytes.withUnsafeBytes { buffer in
      (0..<count).map { i in
        Double(bitPattern: UInt64(bigEndian: buffer.word(at: position + 8 * i)))
      }
    }
  }

  private mutating func word() -> UInt64? {
    guard bytes.count - position >= 8 else { return nil }
    defer { position += 8 }
    return UInt64(bigEndian: bytes.withUnsafeBytes { $0.word(at: position) })
  }
}

extension [UInt8] {
  /// Adds 8 bytes, most significant first.
  mutating func append(bigEndian value: UInt64) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }

  /// Adds IEEE binary64 patterns; negative zero is written as positive zero.
  mutating func append(numbers: [Double]) {
    numbers.map { ($0 + 0).bitPattern.bigEndian }.withUnsafeBytes { append(contentsOf: $0) }
  }
}

extension UnsafeRawBufferPointer {
  /// Eight bytes as they lie there.
  fileprivate func word(at position: Int) -> UInt64 {
    loadUnaligned(fromByteOffset: position, as: UInt64.self)
  }
}
