import CBCBackend
import Certificates
import ExactArithmetic
import MILP
import NeuralNetwork
import TestSupport
import Testing

@testable import Espalier

/// Claims whose exact maximum is 0: decided, and right.
@Suite struct TieTests {
  static let sizes: [(inputs: Int, width: Int, layers: Int)] = [
    (2, 2, 2), (3, 4, 3), (5, 8, 2), (5, 6, 3), (8, 10, 4), (16, 12, 3), (32, 20, 3), (64, 50, 2),
    (64, 50, 3), (64, 50, 4), (24, 50, 4),
  ]

  @Test func measure() throws {
    var lines: [String] = []
    for size in Self.sizes {
      for (exponent, type) in [(0, ScalarType.float32), (40, .float32), (500, .float64)] {
        for kind in TieDomain.allCases {
          var open: [String] = []
          let clock = ContinuousClock.now
          for identity in TieIdentity.allCases {
            var generator = SplitMix64(seed: 7)
            let domain = try kind.make(inputCount: size.inputs, using: &generator)
            let shape = TieNetwork.Shape(
              inputCount: size.inputs, width: size.width, layerCount: size.layers,
              largestExponent: exponent, scalarType: type)
            let tie = try TieNetwork([identity], shape: shape, reach: 1, using: &generator)
            var analysis = try StabilityAnalysis(
              network: tie.network, domain: domain,
              options: AnalysisOptions(sampleCount: 256, nodeLimit: 400),
              decider: UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()))
            let result = analysis.run()
            for (unit, _) in tie.targets {
              let verdict = result.verdicts.first { $0.unit == unit }!
              if verdict.stability == .undecided { open.append(identity.rawValue) }
            }
            let others = result.verdicts.count {
              $0.stability == .undecided && $0.unit.layer < size.layers - 1
            }
            if others > 0 { open.append("[\(identity.rawValue) \(others)]") }
          }
          let time = ContinuousClock.now - clock
          lines.append("\(size) 2^\(exponent) \(kind): \(time) open \(open)")
          print(lines.last!)
        }
      }
    }
  }
}
