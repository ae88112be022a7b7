import Certificates
import NeuralNetwork
import StrictJSON
import Testing

@Suite struct CertificateCheckerTests {
  @Test(arguments: Toy.allCases) func acceptsWhatHolds(toy: Toy) throws {
    let certificate = try Certificate(decoding: toy.certificate.encoded)
    #expect(certificate == toy.certificate)
    #expect(certificate.encoded == toy.certificate.encoded)
    try CertificateChecker.check(certificate, model: toy.model, result: toy.result)
  }
}
