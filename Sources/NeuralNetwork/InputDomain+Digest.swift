extension InputDomain {
  /// The digest that binds a line of a certificate to a network and this domain.
  ///
  /// - Source: `docs/certificate-format.md`, section 13.
  public func claimDigest(network digest: String) -> String {
    var bytes = Array("espalier-claims/2\n\(digest)\n".utf8)
    bytes.append(bigEndian: UInt64(inputCount))
    for (low, high) in zip(box.lower, box.upper) { bytes.append(numbers: [low, high]) }
    bytes.append(bigEndian: UInt64(rows.count))
    for row in rows {
      bytes.append(bigEndian: UInt64(row.terms.count))
      for term in row.terms {
        bytes.append(bigEndian: UInt64(term.input))
        bytes.append(numbers: [term.coefficient])
      }
      bytes.append(numbers: [row.bound])
    }
    bytes.append(bigEndian: ball == nil ? 0 : 1)
    if let ball { bytes.append(numbers: ball.center + [ball.radius]) }
    return SHA256.hexDigest(of: bytes)
  }
}
