import type { StepKind } from "../step.ts";
import { expect, expectSame, remember, stays, waitUntil } from "./claims.ts";
import { killAtEveryStep, restartController, stopKilling } from "./controller.ts";
import { expectLoad, startLoadStep, stopLoad } from "./load.ts";
import { expectStory } from "./story.ts";
import { intervene } from "./intervene.ts";
import { undo } from "./undo.ts";
import { apply, patch, remove, scale, setImage } from "./writes.ts";

/** The vocabulary of scenario files. */
export const stepKinds: Readonly<Record<string, StepKind>> = {
  apply,
  patch,
  setImage,
  scale,
  delete: remove,
  undo,
  intervene,
  waitUntil,
  expect,
  stays,
  remember,
  expectSame,
  startLoad: startLoadStep,
  stopLoad,
  expectLoad,
  expectStory,
  restartController,
  killAtEveryStep,
  stopKilling,
};
