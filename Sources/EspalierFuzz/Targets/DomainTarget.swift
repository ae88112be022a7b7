internal import Certificates
internal import ModelIO
internal import NeuralNetwork
internal import StrictJSON

/// Domains: what was read has the inputs asked for, and survives the form of certificates.
enum DomainTarget {
  /// Reads a domain.
  static func refusal(of bytes: [UInt8], at path: String, inputCount: Int) -> String? {
    do throws(ModelError) {
      let resolved = try DomainReader.read(bytes, path: path, inputCount: inputCount)
      precondition(resolved.domain.inputCount == inputCount)
      expectSameDomain(resolved.domain)
      resolved.notes.forEach(expectOneLine)
      return nil
    } catch {
      return error.description
    }
  }

  private static func expectSameDomain(_ domain: InputDomain) {
    do throws(JSONError) {
      let text = JSONWriter.lineBytes(domain.json)
      let copy = try InputDomain(json: JSONParser.parse(text), path: "$")
      precondition(copy == domain, "a domain changed in a certificate")
    } catch {
      preconditionFailure("a domain that was read cannot stand in a certificate: \(error)")
    }
  }
}
