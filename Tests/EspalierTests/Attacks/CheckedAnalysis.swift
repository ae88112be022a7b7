import CBCBackend
import Certificates
import NeuralNetwork
import Testing

@testable import Espalier

/// The whole analysis in one process, with the certificate written, read and checked again.
enum CheckedAnalysis {
  /// The verdicts on a network, in the order of its units.
  static func verdicts(
    on network: Network, _ domain: InputDomain, nodeLimit: Int = 5000
  ) throws -> [Verdict] {
    try result(on: network, domain, nodeLimit: nodeLimit).verdicts
  }

  /// The result of the analysis, after its certificate has been accepted.
  static func result(
    on network: Network, _ domain: InputDomain, nodeLimit: Int = 5000
  ) throws -> StabilityResult {
    var analysis = try StabilityAnalysis(
      network: network, domain: domain,
      options: AnalysisOptions(sampleCount: 64, nodeLimit: nodeLimit),
      decider: UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()))
    let result = analysis.run()
    let certificate = result.certificate(files: [], producer: "test")
    let decoded = try Certificate(decoding: certificate.encoded)
    #expect(decoded == certificate)
    try CertificateChecker.check(decoded, model: CheckedModel(files: [], network: network))
    return result
  }
}

extension Verdict {
  /// True if both may be right: a unit that is 0 everywhere may be called either.
  func agrees(with other: Verdict) -> Bool {
    stability == other.stability
      || Set([stability, other.stability]) == [.stablyActive, .stablyInactive]
  }
}
