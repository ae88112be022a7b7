import Testing

@testable import Espalier

@Suite struct BLASKernelTests {
  @Test func asksForKernelsThatTheProcessorHas() {
    let flags = "flags : fpu sse2 avx avx2 fma avx512f".split(separator: " ")
    #expect(BLASKernel.better(than: "Prescott", flags: flags) == "Haswell")
    #expect(BLASKernel.better(than: "SkylakeX", flags: flags) == nil)
    let newest = flags + ["avx512dq", "avx512cd", "avx512bw", "avx512vl"]
    #expect(BLASKernel.better(than: "Prescott", flags: newest) == "SkylakeX")
    #expect(BLASKernel.better(than: "Prescott", flags: ["avx2"]) == nil)
    #expect(BLASKernel.better(than: "Prescott", flags: []) == nil)
    #expect(!BLASKernel.chosen.isEmpty)
  }
}
