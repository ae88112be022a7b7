internal import Glibc
enum Tuning {
  static func number(_ name: String, _ value: Double) -> Double {
    getenv(name).flatMap { Double(String(cString: $0)) } ?? value
  }
  static let root = Int(number("T_ROOT", 40))
  static let node = Int(number("T_NODE", 10))
  static let alphaRate = Float(number("T_ALPHA", 0.25))
  static let shiftRate = Float(number("T_SHIFT", 0.5))
  static let decay = Float(number("T_DECAY", 0.97))
  static let batch = Int(number("T_BATCH", 64))
  static let rule = Int(number("T_RULE", 4))
  static let k = Int(number("T_K", 4))
  static let pre = Int(number("T_PRE", 0))
  static let score = Int(number("T_SCORE", 0))
  static let trialIterations = Int(number("T_TRIAL", 1))
  static let allShift = number("T_ALLSHIFT", 1) != 0
  static let order = Int(number("T_ORDER", 0))
  static let beta2 = Float(number("T_BETA2", 0.999))
  static let early = Int(number("T_EARLY", 0))
  static let exact = number("T_EXACT", 1) != 0
  static let lemma = Int(number("T_LEMMA", 20))
}
