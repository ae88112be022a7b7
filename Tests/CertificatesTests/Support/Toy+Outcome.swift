import Certificates
import StrictJSON

extension Toy {
  /// The rule that a document breaks, or nil if it is accepted for this model.
  func ruleBroken(by document: JSONValue) -> CheckRule? {
    ruleBroken(by: JSONWriter.write(document))
  }

  /// The rule that some bytes break, or nil if they are accepted for this model.
  func ruleBroken(by bytes: [UInt8]) -> CheckRule? {
    do throws(CheckFailure) {
      try CertificateChecker.check(Certificate(decoding: bytes), model: model, result: result)
      return nil
    } catch {
      return error.rule
    }
  }

  /// The rule that a certificate breaks as a value, without its JSON.
  func ruleBroken(by certificate: Certificate) -> CheckRule? {
    do throws(CheckFailure) {
      try CertificateChecker.check(certificate, model: model, result: result)
      return nil
    } catch {
      return error.rule
    }
  }
}
