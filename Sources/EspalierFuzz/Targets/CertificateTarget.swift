internal import Certificates
internal import NeuralNetwork

/// Certificates: reading, writing again, and checking.
enum CertificateTarget {
  /// One way to spell certificates; another one needs a value here and a case of `FuzzTarget`.
  struct Form: Sendable {
    /// Reads the bytes of a file.
    let read: @Sendable ([UInt8]) throws(CheckFailure) -> Certificate
    /// The only bytes that the program writes for a certificate.
    let write: @Sendable (Certificate) -> [UInt8]

    /// The JSON document.
    static let json = Form(
      read: { bytes throws(CheckFailure) in try Certificate(decoding: bytes) },
      write: { $0.encoded })

    /// Lines, with their sums made right.
    static let lines = Form(
      read: { bytes throws(CheckFailure) in
        try Certificate(reading: LineSums.repaired(bytes))
      },
      write: { certificate in
        var bytes: [UInt8] = []
        certificate.forEachLine { bytes += $0 }
        return bytes
      })
  }

  /// Reads a certificate and, if it is one, checks it against tiny networks.
  static func refusal(of bytes: [UInt8], form: Form = .json) -> String? {
    do throws(CheckFailure) {
      let certificate = try form.read(bytes)
      expectSame(certificate, form)
      for network in TinyNetworks.all where network.inputCount == certificate.domain.inputCount {
        check(certificate, against: network)
      }
      return nil
    } catch {
      return error.description
    }
  }

  /// What was read can be written, read again as the same value, and written in the same bytes.
  private static func expectSame(_ certificate: Certificate, _ form: Form) {
    let written = form.write(certificate)
    do throws(CheckFailure) {
      let copy = try form.read(written)
      precondition(copy == certificate, "a certificate changed when it was written again")
      precondition(form.write(copy) == written, "a certificate has two spellings")
    } catch {
      preconditionFailure("what was written cannot be read: \(error)")
    }
  }

  /// Checks with the digests made right, since no damage would ever get past them.
  private static func check(_ certificate: Certificate, against network: Network) {
    var bound = certificate
    bound.model = ModelBinding(files: [], networkDigest: network.digest)
    do throws(CheckFailure) {
      let result = try bindPruning(of: &bound, against: network)
      let model = CheckedModel(files: [], network: network)
      let isAccepted = accepts(bound, model, result)
      precondition(
        acceptsLines(of: bound, model, result) == isAccepted, "the forms are not checked alike")
    } catch {
      expectOneLine(error.description)
    }
  }

  private static func accepts(
    _ certificate: Certificate, _ model: CheckedModel, _ result: CheckedModel?
  ) -> Bool {
    do throws(CheckFailure) {
      try CertificateChecker.check(certificate, model: model, result: result)
      return true
    } catch {
      expectOneLine(error.description)
      return false
    }
  }

  private static func acceptsLines(
    of certificate: Certificate, _ model: CheckedModel, _ result: CheckedModel?
  ) -> Bool {
    do throws(CheckFailure) {
      var checker = CertificateLineChecker(model: model)
      try certificate.forEachLine { line throws(CheckFailure) in try checker.take([line]) }
      _ = try checker.finish(result: result)
      return true
    } catch {
      expectOneLine(error.description)
      return false
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
      floatDifference: pruning.floatDifference, argmax: pruning.argmax, file: pruning.file,
      networkDigest: rounded.digest)
    return CheckedModel(files: [pruning.file], network: rounded)
  }
}
