import CBCBackend
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// What the search writes, the checker accepts, with the counts of the search.
@Suite struct RegionCertificateTests {
  @Test(arguments: RegionSample.Kind.allCases)
  func everyEngineHasACertificate(kind: RegionSample.Kind) throws {
    for seed in 0..<3 {
      let sample = try RegionSample(kind, seed: 500 + UInt64(seed))
      let counts = try RegionCount.totals(sample)
      for engine in RegionCount.engines {
        let certificate: Certificate
        do {
          certificate = try Self.certificate(sample, engine)
        } catch RegionFailure.noPoint where !sample.domain.isBox {
          // Thin domains may have no point in binary numbers.
          continue
        }
        let (_, summary) = try CertificateChecker.check(
          Certificate(decoding: certificate.encoded),
          model: CheckedModel(files: [], network: sample.network))
        #expect(summary.regionTotals == counts.map { String($0) }, "\(engine)")
      }
    }
  }

  /// Trees of many pieces, whose nodes are put together.
  @Test(arguments: [RegionEngine.faces, .cells])
  func treesOfManyPiecesHaveCertificates(engine: RegionEngine) throws {
    let sample = try RegionSample(deep: 1)
    let certificate = try Self.certificate(sample, engine)
    try CertificateChecker.check(
      certificate, model: CheckedModel(files: [], network: sample.network))
  }

  /// The certificate of a sample, with the intervals of a stability analysis.
  static func certificate(_ sample: RegionSample, _ engine: RegionEngine) throws -> Certificate {
    var analysis = try StabilityAnalysis(
      network: sample.network, domain: sample.domain,
      options: AnalysisOptions(engines: [.samples, .bounds]),
      decider: UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()))
    let stability = analysis.run()
    let tree = try RegionTree(
      proved: stability.proved, layerCount: sample.layerCount, engine)
    #expect(tree.isComplete)
    var certificate = stability.certificate(files: [], producer: "test")
    certificate.regions = RegionClaim(
      layerCount: sample.layerCount, counts: tree.counts, nodes: tree.nodes)
    return certificate
  }
}
