"""How does the public warning page look? The statutory colours on white, each with its mark; nothing moves."""

from typing import Final

STYLE: Final = """
:root { color-scheme: light; --l1: #c4161c; --l2: #b35c00; --l3: #8a6d00; --l4: #1463c7; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 0 1rem 2rem; color: #1d2126; background: #fff;
  font: 1.0625rem/1.65 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
header { display: flex; justify-content: space-between; align-items: center; border-bottom: 2px solid #1d2126; }
h1 { font-size: 1.5rem; margin: .6rem 0; }
h2 { font-size: 1.3rem; margin: .3rem 0 .5rem; line-height: 1.4; }
h3 { font-size: 1rem; margin: .8rem 0 .2rem; }
p { margin: .4rem 0; }
a { color: #14497f; }
header a { padding: .6rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: #fff; padding: .4rem; }
.demo { border: 1px dashed #545c66; padding: .3rem .8rem; }
.none { border: 1px solid #b9c0c8; padding: 1rem; }
article { border: 1px solid #b9c0c8; border-left: .6rem solid; border-radius: .2rem;
  margin: 1rem 0; padding: .6rem 1rem; }
article.level-1 { border-left-color: var(--l1); }
article.level-2 { border-left-color: var(--l2); }
article.level-3 { border-left-color: var(--l3); }
article.level-4 { border-left-color: var(--l4); }
.level { font-weight: 700; margin: 0; }
.level-1 .level { color: var(--l1); }
.level-2 .level { color: var(--l2); }
.level-3 .level { color: var(--l3); }
.level-4 .level { color: var(--l4); }
.do { font-size: 1.15rem; font-weight: 600; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .2rem 1rem; margin: .8rem 0 0; }
dt { color: #545c66; font-size: .9rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.cap, footer, figcaption { color: #545c66; font-size: .9rem; overflow-wrap: anywhere; }
figure { margin: 1rem 0; }
svg { max-width: 26rem; width: 100%; height: auto; }
.county { fill: #eceef1; stroke: #6b747e; stroke-width: 1.5; }
.area-1, .area-2, .area-3, .area-4 { fill-opacity: .3; stroke-width: 2.5; }
.area-1 { fill: var(--l1); stroke: var(--l1); }
.area-2 { fill: var(--l2); stroke: var(--l2); stroke-dasharray: 8 3; }
.area-3 { fill: var(--l3); stroke: var(--l3); stroke-dasharray: 4 3; }
.area-4 { fill: var(--l4); stroke: var(--l4); stroke-dasharray: 2 3; }
section ul { padding-left: 1.2rem; }
footer { border-top: 1px solid #b9c0c8; margin-top: 2rem; }
"""
