internal import Glibc
enum Tuning {
  static func number(_ name: String, _ value: Double) -> Double {
    getenv(name).flatMap { Double(String(cString: $0)) } ?? value
  }
  static let rule: SlopeRule = [.cost, .bias, .gap, .strong(candidates: 2), .strong(candidates: 4), .strong(candidates: 8)][Int(number("T_RULE", 4))]
  static let node = Int(number("T_NODE", 10))
}
