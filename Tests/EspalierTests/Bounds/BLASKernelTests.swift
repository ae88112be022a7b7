import Certificates
import NeuralNetwork
import TestSupport
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

  /// Products at the same time are those that one thread computes, to the last bit.
  @Test func productsDoNotDisturbEachOther() {
    BatchMatrix.useOneThread()
    var generator = SplitMix64(seed: 1)
    func numbers(_ count: Int) -> [Double] {
      (0..<count).map { _ in Double.random(in: -1...1, using: &generator) }
    }
    // Large enough for OpenBLAS to take working memory.
    let weights = Matrix(rowCount: 700, columnCount: 400, elements: numbers(700 * 400))
    let batches = (0..<2).map { _ in
      BatchMatrix(rowCount: 4, columnCount: 700, elements: numbers(4 * 700))
    }
    let products = batches.map { $0.combined(weights).elements }
    let wrong = BLASKernel.concurrency(.threads(2)).map(count: 2) { i in
      (0..<5000).count { _ in batches[i].combined(weights).elements != products[i] }
    }
    #expect(wrong == [0, 0])
  }
}
