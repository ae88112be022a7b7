import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates

/// Signs at points by whichever arithmetic is fast enough, against those of exact numbers.
@Suite struct ExactNetworkTests {
  @Test(arguments: [91, 92, 93] as [UInt64])
  func signsAreThoseOfExactNumbers(seed: UInt64) throws {
    var random = RandomNetworks(seed: seed)
    var zeroCount = 0
    for _ in 0..<200 {
      let inputCount = Int.random(in: 1...4, using: &random.generator)
      let exact = ExactNetwork(try random.network(inputCount: inputCount))
      let (domain, member) = try random.domain(inputCount: inputCount)
      let short = random.point(of: domain, near: member)
      // Beside ties, by less than 128 bits can tell.
      let long = short.map {
        $0 + Dyadic(1, exponent: -Int.random(in: 60...300, using: &random.generator))
      }
      for point in [short, long] {
        let expected = exact.preactivations(at: point).map { $0.map(\.signum) }
        #expect(exact.signs(at: point) == expected)
        #expect(exact.signs(at: point, layerCount: 1) == Array(expected.prefix(1)))
        zeroCount += expected.joined().count { $0 == 0 }
      }
    }
    #expect(zeroCount > 0)
  }
}
