extension Network {
  /// The SHA-256 of the canonical form of the network, in 64 lower-case hexadecimal digits.
  ///
  /// - Source: `docs/certificate-format.md`, section 3.
  public var digest: String {
    var bytes = Array("espalier-network/1\n\(scalarType.rawValue)\n".utf8)
    bytes.reserveCapacity(bytes.count + 8 * (parameterCount + 2 * layers.count + 2))
    bytes.append(bigEndian: UInt64(inputCount))
    bytes.append(bigEndian: UInt64(layers.count))
    for layer in layers {
      bytes.append(bigEndian: UInt64(layer.unitCount))
      bytes.append(contentsOf: layer.activations.map { $0 == .relu ? 1 : 0 })
      for value in layer.weights.elements { bytes.append(bigEndian: (value + 0).bitPattern) }
      for value in layer.biases { bytes.append(bigEndian: (value + 0).bitPattern) }
    }
    return SHA256.hexDigest(of: bytes)
  }
}

extension [UInt8] {
  fileprivate mutating func append(bigEndian value: UInt64) {
    for shift in stride(from: 56, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
    }
  }
}
