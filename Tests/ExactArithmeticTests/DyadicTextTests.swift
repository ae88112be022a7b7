import ExactArithmetic
import TestSupport
import Testing

@Suite struct DyadicTextTests {
  private static let numberCount = 2000

  @Test func writesTheCanonicalSpelling() {
    #expect(Dyadic.zero.description == "0")
    #expect(Dyadic.one.description == "0x1p0")
    #expect(Dyadic(-3.25).description == "-0xdp-2")
    #expect(Dyadic(0.5).description == "0x1p-1")
    #expect(Dyadic(26).description == "0xdp1")
    #expect(Dyadic(Double.leastNonzeroMagnitude).description == "0x1p-1074")
  }

  @Test func readsWhatItWrites() {
    var generator = SplitMix64(seed: 7)
    for _ in 0..<Self.numberCount {
      let number = DyadicSamples.number(&generator)
      #expect(Dyadic(canonical: number.description) == number)
    }
  }

  @Test(arguments: [
    "", " ", "-", "+", "-0", "+0", "00", "0x", "0x0", "0x0p0", "-0x0p0", "0xp0", "0x1", "0x1p",
    "1", "1p0", "x1p0", "0x1p+0", "+0x1p0", "0x+1p0", "--0x1p0", "0x-1p0", "0x1p--1", "0x1p-",
    "0x1p-0", "0x1p00", "0x1p01", "0x1p-01", "0x2p0", "0x1ap-3", "0x10p0", "0x01p0", "0xAp0",
    "0x1P0", "0X1p0", "0xBp0", "0x1.8p0", "0x1p0 ", " 0x1p0", "0x1p0\n", "0x1p 0", "0x1p0p0",
    "0xgp0", "0x1p1.0", "0x1p65537", "0x1p-65537", "0x1p9223372036854775807", "nan", "inf",
    "0x1p9223372036854775808", "0x1p-9223372036854775809", "１", "0x１p0", "0x1p０", "0\u{301}",
    "0x1\u{301}p0", "0x1p0\u{301}", "−0x1p0", "0x1_1p0", "0x1\u{0}p0",
  ])
  func refuses(text: String) {
    #expect(Dyadic(canonical: text) == nil)
  }

  @Test func readsUpToItsLimits() {
    let digits = String(repeating: "f", count: Dyadic.maximumDigitCount)
    #expect(Dyadic(canonical: "0x\(digits)p0")?.bitCount == 4 * Dyadic.maximumDigitCount)
    #expect(Dyadic(canonical: "0x\(digits)fp0") == nil)
    #expect(Dyadic(canonical: "0x1p65536") == Dyadic.one.scaled(byPowerOfTwo: 65_536))
    #expect(Dyadic(canonical: "-0x1p-65536") == Dyadic(-1).scaled(byPowerOfTwo: -65_536))
  }
}
