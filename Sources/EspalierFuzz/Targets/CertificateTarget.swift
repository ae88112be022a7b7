internal import Certificates
internal import NeuralNetwork

/// Certificates: reading, writing again, and checking.
enum CertificateTarget {
  /// Reads a certificate and, if it is one, checks it against tiny networks.
  static func refusal(of bytes: [UInt8]) -> String? {
    do throws(CheckFailure) {
      let certificate = try Certificate(decoding: bytes)
      try expectSame(certificate)
      for network in TinyNetworks.all where network.inputCount == certificate.domain.inputCount {
        check(certificate, against: network)
      }
      return nil
    } catch {
      return error.description
    }
  }

  private static func expectSame(_ certificate: Certificate) throws(CheckFailure) {
    let written = certificate.encoded
    let copy = try Certificate(decoding: written)
    precondition(copy == certificate, "a certificate changed when it was written again")
    precondition(copy.encoded == written, "a certificate has two spellings")
  }

  /// Checks with the digests made right, since no damage would ever get past them.
  private static func check(_ certificate: Certificate, against network: Network) {
    var bound = certificate
    bound.model = ModelBinding(files: [], networkDigest: network.digest)
    do throws(CheckFailure) {
      let result = try bindPruning(of: &bound, against: network)
      try CertificateChecker.check(
        bound, model: CheckedModel(files: [], network: network), result: result)
    } catch {
      expectOneLine(error.description)
    }
  }

  /// The network that the rewrites yield, as the file that the certificate is about.
  private static func bindPruning(
    of certificate: inout Certificate, against network: Network
  ) throws(CheckFailure) -> CheckedModel? {
    guard let pruning = certificate.pruning else { return nil }
    let proved = try CertificateChecker.replay(
      certificate.steps, network: ExactNetwork(network), domain: certificate.domain)
    var working = WorkingNetwork(proved)
    for rewrite in pruning.rewrites { try working.apply(rewrite, at: "$") }
    let rounded = try working.rounded(at: "$")
    certificate.pruning = Pruning(
      rewrites: pruning.rewrites, kept: working.kept, difference: pruning.difference,
      file: pruning.file, networkDigest: rounded.digest)
    return CheckedModel(files: [pruning.file], network: rounded)
  }
}
