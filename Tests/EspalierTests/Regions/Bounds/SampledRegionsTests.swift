import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Espalier

/// Regions of samples are regions, and lines find all that they cross.
@Suite struct SampledRegionsTests {
  @Test(arguments: RegionTruth.names)
  func samplesNeverExceedTheTruth(name: String) throws {
    let truth = try RegionTruth(name)
    var generator = SplitMix64(seed: 1)
    for (k, count) in truth.counts.enumerated() {
      var sampled = SampledRegions(proved: truth.proved, layerCount: k + 1)
      sampled.sample(count: 10, using: &generator)
      #expect((1...count).contains(sampled.regions.count))
      #expect(Set(sampled.regions.map(\.pattern)).count == sampled.regions.count)
    }
  }

  @Test(arguments: 0..<20)
  func samplesFindOnlyRegions(seed: Int) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed), identityShare: 0.2)
    let state = RegionCounting.propagated(network, try RandomNetworks.box(for: network))
    let layerCount = network.layers.count
    var sampled = SampledRegions(proved: state, layerCount: layerCount)
    var generator = SplitMix64(seed: 2)
    sampled.sample(count: 30, using: &generator)
    let all = RegionCounting.patterns(state, layerCount: layerCount)
    #expect(Set(sampled.regions.map(\.pattern)).isSubset(of: all))
  }

  @Test func oneLineFindsAllRegionsOfOneInput() throws {
    let truth = try RegionTruth("sine1d_8-8_s11")
    var sampled = SampledRegions(proved: truth.proved, layerCount: 2)
    sampled.walk(from: [0], to: [1])
    #expect(sampled.regions.count == truth.counts[1])
  }

  @Test func pointsOutsideAndOnBordersDoNotCount() throws {
    let network = try Network(
      layers: [Layer(weights: Matrix(rows: [[1]]), biases: [0], activation: .relu)],
      scalarType: .float32)
    let domain = try InputDomain(box: Box(lower: [-1], upper: [1]))
    var sampled = SampledRegions(
      proved: RegionCounting.propagated(network, domain), layerCount: 1)
    sampled.add([[Dyadic(2)], [Dyadic.zero]])
    #expect(sampled.regions.isEmpty)
    sampled.add([[Dyadic(1)], [Dyadic(0.5)], [Dyadic(-0.5)]])
    #expect(sampled.regions.map(\.point) == [[Dyadic(1)], [Dyadic(-0.5)]])
  }
}
